using System.Net;
using System.Text.RegularExpressions;
using System.Web;

namespace Gatehouse.Faults.Load;

/// <summary>A user's browser: it signs in at the server's page, keeps the cookie for every node, and follows the authorization endpoint.</summary>
internal sealed partial class Browser(string userName)
{
    public const string Password = "correct horse battery";

    private readonly Dictionary<string, string> cookies = [];

    public string UserName => userName;

    public string Cookie => string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    /// <summary>A code; null if there is none to be had now.</summary>
    public async Task<string?> AuthorizeAsync(Fleet fleet, int node, string url)
    {
        var answer = await fleet.GetAsync(node, url, Cookie, isPage: true);
        Keep(answer);
        if (answer is { Outcome: Outcome.Answered, Location: { } location } && !location.OriginalString.StartsWith(Fleet.RedirectUri, StringComparison.Ordinal))
        {
            // To the login page: not signed in, or nobody can say so at the moment.
            if (!await TrySignInAsync(fleet, node, location.IsAbsoluteUri ? location.PathAndQuery : location.OriginalString)) return null;
            answer = await fleet.GetAsync(node, url, Cookie, isPage: true);
            Keep(answer);
        }
        return answer is { Outcome: Outcome.Answered, Location: { } back } && back.OriginalString.StartsWith(Fleet.RedirectUri, StringComparison.Ordinal)
            ? HttpUtility.ParseQueryString(back.Query)["code"] : null;
    }

    /// <summary>A page of its own; its cookies are kept.</summary>
    public async Task<string> ReadAsync(Fleet fleet, int node, string path)
    {
        var answer = await fleet.GetAsync(node, path, Cookie, isPage: true);
        Keep(answer);
        return answer.Body;
    }

    /// <summary>What a form sends that nobody typed: of fields with one name, the first.</summary>
    public static Dictionary<string, string> HiddenFields(string page)
    {
        var fields = new Dictionary<string, string>();
        foreach (Match input in HiddenInputs().Matches(page)) fields.TryAdd(WebUtility.HtmlDecode(input.Groups[1].Value), WebUtility.HtmlDecode(input.Groups[2].Value));
        return fields;
    }

    private async Task<bool> TrySignInAsync(Fleet fleet, int node, string loginPage)
    {
        var page = await fleet.GetAsync(node, loginPage, Cookie, isPage: true);
        Keep(page);
        if (page.Outcome != Outcome.Answered) return false;
        var form = new Dictionary<string, string> { ["username"] = userName, ["password"] = Password };
        foreach (var (field, value) in HiddenFields(page.Body)) form[field] = value;
        var answer = await fleet.SubmitAsync(node, "/account/login", Cookie, form);
        Keep(answer);
        return answer is { Outcome: Outcome.Answered, Location: not null };
    }

    private void Keep(Answer answer)
    {
        foreach (var set in answer.Cookies)
        {
            var pair = set.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0) cookies.Remove(pair[0]);
            else cookies[pair[0]] = pair[1];
        }
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenInputs();
}
