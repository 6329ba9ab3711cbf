using System.Net;
using System.Text.RegularExpressions;

namespace Gatehouse.Server.Tests;

/// <summary>A browser without script: it follows forms and keeps cookies.</summary>
internal sealed partial class Visitor(HttpClient http) : IDisposable
{
    public async Task<Page> GetAsync(string path) => await Page.ReadAsync(await http.GetAsync(path, TestContext.Current.CancellationToken));

    /// <summary>Fills in the form of a page that posts to <paramref name="action"/>, hidden fields included, and sends it.</summary>
    public async Task<Page> SubmitAsync(Page page, string action, params (string Name, string Value)[] fields)
    {
        var form = Forms().Matches(page.Html).Select(match => match.Value).First(form => form.Contains($"action=\"{action}\"", StringComparison.Ordinal));
        var values = Inputs().Matches(form).Where(input => input.Value.Contains("type=\"hidden\"", StringComparison.Ordinal))
            .ToDictionary(input => Attribute(input.Value, "name"), input => Attribute(input.Value, "value"));
        foreach (var (name, value) in fields) values[name] = value;
        return await PostAsync(action, values);
    }

    public async Task<Page> PostAsync(string path, Dictionary<string, string> fields)
    {
        using var content = new FormUrlEncodedContent(fields);
        return await Page.ReadAsync(await http.PostAsync(path, content, TestContext.Current.CancellationToken));
    }

    public void Dispose() => http.Dispose();

    private static string Attribute(string element, string name) =>
        Regex.Match(element, $"\\b{name}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : "";

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Inputs();
}

internal sealed record Page(HttpStatusCode Status, string? Location, string Html, HttpResponseMessage Response)
{
    public static async Task<Page> ReadAsync(HttpResponseMessage response) =>
        new(response.StatusCode, response.Headers.Location?.OriginalString, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response);

    public string Header(string name) => Response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
}
