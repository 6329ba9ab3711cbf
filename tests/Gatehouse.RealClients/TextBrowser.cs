using System.Net;
using System.Text.RegularExpressions;

namespace Gatehouse.RealClients;

/// <summary>A browser without script: it follows redirects, keeps cookies, and fills in the forms that it knows. Quick, where nothing has to be looked at.</summary>
internal sealed partial class TextBrowser(GatehouseServer server) : IDisposable
{
    private const int Patience = 20;

    private readonly CookieContainer cookies = new();
    private readonly HttpClient http = new(server.Certificates.NewHandler());

    /// <summary>Goes on, signing in and allowing what is asked for, until a page outside the server is reached; returns its URL.</summary>
    public async Task<string> VisitAsync(string url, string userName, string password)
    {
        var next = new HttpRequestMessage(HttpMethod.Get, url);
        for (var step = 0; step < Patience; step++)
        {
            var at = next.RequestUri!;
            if (cookies.GetCookieHeader(at) is { Length: > 0 } cookie) next.Headers.Add("Cookie", cookie);
            // What a browser would say of a form that the page itself submits.
            next.Headers.Add("Origin", server.Issuer);
            using var response = await http.SendAsync(next, TestContext.Current.CancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out var set))
                foreach (var one in set) cookies.SetCookies(at, one);
            if (response.Headers.Location is { } location)
            {
                var target = new Uri(at, location);
                if (!target.AbsoluteUri.StartsWith(server.Issuer + "/", StringComparison.Ordinal)) return target.OriginalString;
                next = new(HttpMethod.Get, target);
                continue;
            }
            var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (FormPattern().Match(page) is not { Success: true } form) throw new InvalidOperationException($"There is no form to go on with at {at} ({(int)response.StatusCode}):\n{page}\n{server.Output}");
            var action = new Uri(at, WebUtility.HtmlDecode(ActionPattern().Match(form.Value).Groups[1].Value));
            next = new(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(Fill(form.Value, userName, password)) };
        }
        throw new InvalidOperationException($"The server sends its user in circles; the last stop was {next.RequestUri}.\n{server.Output}");
    }

    private static Dictionary<string, string> Fill(string form, string userName, string password)
    {
        var fields = new Dictionary<string, string>();
        foreach (Match input in InputPattern().Matches(form))
        {
            if (NamePattern().Match(input.Value) is not { Success: true } name) continue;
            fields[WebUtility.HtmlDecode(name.Groups[1].Value)] =
                input.Value.Contains("type=\"password\"", StringComparison.Ordinal) ? password
                : input.Value.Contains("type=\"hidden\"", StringComparison.Ordinal) ? WebUtility.HtmlDecode(ValuePattern().Match(input.Value).Groups[1].Value)
                : userName;
        }
        // The last button is the one that goes on: Deny stands before Allow.
        if (ButtonPattern().Matches(form).LastOrDefault() is { } button && NamePattern().Match(button.Value) is { Success: true } named)
            fields[named.Groups[1].Value] = WebUtility.HtmlDecode(ValuePattern().Match(button.Value).Groups[1].Value);
        return fields;
    }

    public void Dispose() => http.Dispose();

    [GeneratedRegex("<form[^>]*method=\"post\".*?</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex FormPattern();

    [GeneratedRegex("<form[^>]*action=\"([^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex ActionPattern();

    [GeneratedRegex("<input[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex InputPattern();

    [GeneratedRegex("<button[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex ButtonPattern();

    [GeneratedRegex("\\sname=\"([^\"]*)\"")]
    private static partial Regex NamePattern();

    [GeneratedRegex("\\svalue=\"([^\"]*)\"")]
    private static partial Regex ValuePattern();
}
