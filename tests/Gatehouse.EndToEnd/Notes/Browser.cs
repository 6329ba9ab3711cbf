using System.Net;
using System.Text.RegularExpressions;

namespace Gatehouse.EndToEnd.Notes;

/// <summary>As much of a browser as pages without scripts need: cookies, redirects, and forms.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient http = new(new HttpClientHandler { CookieContainer = new() });
    private Uri address = new("about:blank");
    private string page = "";

    public Uri Address => address;

    public Task<string> GoAsync(string url, CancellationToken ct) => SendAsync(new(HttpMethod.Get, url), ct);

    /// <summary>Sends the page's form: its hidden fields, and what a person filled in or pressed.</summary>
    public Task<string> SubmitAsync(CancellationToken ct, params (string Name, string Value)[] filled)
    {
        var action = Action().Match(page);
        Assert.True(action.Success, $"There is no form:\n{page}");
        var hidden = Hidden().Matches(page).Select(match => match.Value).Select(input => (Name: Attribute(input, "name"), Value: Attribute(input, "value")));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, WebUtility.HtmlDecode(action.Groups[1].Value)))
        {
            Content = new FormUrlEncodedContent(hidden.Concat(filled).Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        // As browsers do; a form of another site would say so.
        request.Headers.Add("Origin", address.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return SendAsync(request, ct);
    }

    public void Dispose() => http.Dispose();

    private async Task<string> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        using var response = await http.SendAsync(request, ct);
        address = response.RequestMessage!.RequestUri!;
        return page = await response.Content.ReadAsStringAsync(ct);
    }

    private static string Attribute(string tag, string name) => WebUtility.HtmlDecode(Regex.Match(tag, $"{name}=\"([^\"]*)\"").Groups[1].Value);

    [GeneratedRegex("""<form[^>]*\baction="([^"]*)"[^>]*>""")]
    private static partial Regex Action();

    [GeneratedRegex("""<input[^>]*type="hidden"[^>]*>""")]
    private static partial Regex Hidden();
}
