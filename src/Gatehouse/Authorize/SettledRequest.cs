// RFC 9101 - The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR) (§6.3: the request object alone counts)
using System.Text.Json.Serialization;
using Gatehouse.Protocol;

namespace Gatehouse.Authorize;

/// <summary>The parameters that count, once it is settled where they come from.</summary>
/// <param name="Parameters">From the browser, or from a request object, of which nothing outside is believed.</param>
/// <param name="IsObject">Whether they come from a request object. Then they travel sealed: the object may expire while its user signs in, and in the open they could be changed.</param>
/// <param name="Mark">The sealed <see cref="LoginMark"/> that came with them, unread.</param>
internal sealed record SettledRequest(Parameters Parameters, bool IsObject, string? Mark)
{
    /// <summary>The same request again, as a local URL: where a user who is sent to sign in comes back to.</summary>
    public string ReturnUrl(string path, Seal seal, DateTimeOffset now)
    {
        var pairs = IsObject
            ? [new("client_id", Parameters.Optional("client_id")!), new(SealedRequest.Parameter, seal.Close(SealedRequest.Of(Parameters, now), AuthorizeJson.Default.SealedRequest))]
            : Parameters.Pairs.Where(pair => pair.Key != LoginMark.Parameter);
        if (Mark is not null) pairs = pairs.Append(new(LoginMark.Parameter, Mark));
        return path + "?" + string.Join('&', pairs.Select(pair => Uri.EscapeDataString(pair.Key) + "=" + Uri.EscapeDataString(pair.Value)));
    }
}

/// <summary>The parameters of a request object, on their way through the browser.</summary>
/// <param name="Request">Names and values.</param>
/// <param name="ReadAt">When the object was read, in Unix seconds.</param>
internal sealed record SealedRequest([property: JsonPropertyName("request")] IReadOnlyList<string[]> Request, [property: JsonPropertyName("read_at")] long ReadAt)
{
    public const string Parameter = "gatehouse_request";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static SealedRequest Of(Parameters parameters, DateTimeOffset now) => new([.. parameters.Pairs.Select(pair => new[] { pair.Key, pair.Value })], now.ToUnixTimeSeconds());

    public bool IsFresh(DateTimeOffset now) => now - DateTimeOffset.FromUnixTimeSeconds(ReadAt) < Lifetime;

    public Result<Parameters> Parameters() => Protocol.Parameters.From([.. Request.Select(pair => KeyValuePair.Create(pair[0], pair[1]))]);
}
