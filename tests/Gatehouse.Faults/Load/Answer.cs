using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Gatehouse.Faults.Load;

/// <summary>What became of a request, as a client sees it.</summary>
internal enum Outcome
{
    /// <summary>What was asked for.</summary>
    Answered,

    /// <summary>An OAuth error that says no, for good.</summary>
    Refused,

    /// <summary>An OAuth error that says come back: <c>temporarily_unavailable</c>, 503, with <c>Retry-After</c>.</summary>
    Unavailable,

    /// <summary>The connection was refused or broke.</summary>
    Broken,

    /// <summary>The client waited as long as clients do, and hung up.</summary>
    TimedOut,

    /// <summary>Anything else: what must never be.</summary>
    Unclean,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="Json">The body, if it is JSON.</param>
/// <param name="Location">Where a redirect leads.</param>
/// <param name="Cookies">What the client is to keep.</param>
/// <param name="RetryAfter">How long the client is asked to wait.</param>
/// <param name="Body">As it came.</param>
/// <param name="Text">For whoever reads of a failure.</param>
internal sealed record Answer(Outcome Outcome, JsonElement Json, Uri? Location, IReadOnlyList<string> Cookies, TimeSpan RetryAfter, string Body, string Text)
{
    /// <summary>Nobody knows whether it was done.</summary>
    public bool IsUnknown => Outcome is Outcome.Unavailable or Outcome.Broken or Outcome.TimedOut or Outcome.Unclean;

    public string? Error => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("error", out var error) ? error.GetString() : null;

    public string? this[string name] => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value) ? value.ToString() : null;

    public static Answer None(Outcome outcome, string text) => new(outcome, default, null, [], TimeSpan.Zero, "", text);

    /// <param name="response">All of it.</param>
    /// <param name="isPage">Meant for people: its errors are pages.</param>
    public static async Task<Answer> ReadAsync(HttpResponseMessage response, bool isPage)
    {
        var text = await response.Content.ReadAsStringAsync();
        JsonElement json = default;
        if (response.Content.Headers.ContentType?.MediaType == "application/json")
            try
            {
                json = JsonDocument.Parse(text).RootElement;
            }
            catch (JsonException)
            {
                // Told apart below, as no JSON.
            }
        var location = response.Headers.Location;
        var cookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? set.ToList() : [];
        var answer = new Answer(Outcome.Unclean, json, location, cookies, response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, text,
            string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.RequestMessage?.RequestUri?.AbsolutePath}: {(location is null ? text[..Math.Min(isPage ? 15 : 200, text.Length)] : location)}"));
        return answer with { Outcome = answer.Judge(response.StatusCode, response.Headers.RetryAfter is not null, isPage) };
    }

    private Outcome Judge(HttpStatusCode status, bool saysWhen, bool isPage) => status switch
    {
        HttpStatusCode.OK => Outcome.Answered,
        HttpStatusCode.Found or HttpStatusCode.SeeOther when Location is not null =>
            !Location.OriginalString.Contains("error=", StringComparison.Ordinal) ? Outcome.Answered
            : Location.OriginalString.Contains("error=temporarily_unavailable", StringComparison.Ordinal) ? Outcome.Unavailable : Outcome.Unclean,
        HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized when Error is not (null or "temporarily_unavailable" or "server_error") => Outcome.Refused,
        HttpStatusCode.ServiceUnavailable when saysWhen && (Error == "temporarily_unavailable" || isPage) => Outcome.Unavailable,
        _ => Outcome.Unclean,
    };
}
