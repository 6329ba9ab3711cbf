using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Authorize;

/// <summary>A user's browser in front of an app with a cookie login: it keeps cookies, and shows redirects instead of following them.</summary>
internal sealed partial class Browser(TestProvider provider) : IDisposable
{
    private readonly HttpClient http = provider.NewBrowser();
    private readonly CookieContainer cookies = new();

    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    public const string LoginPath = "/account/login";

    /// <summary>An app with its own cookie scheme, and a login "page" that believes everybody.</summary>
    public static Task<TestProvider> StartAppAsync(Action<GatehouseOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, Action<IApplicationBuilder>? before = null) =>
        TestProvider.StartAsync(
            configure,
            all =>
            {
                AddCookieLogin(all);
                services?.Invoke(all);
                if (before is not null) all.AddSingleton<IStartupFilter>(new Before(before));
            },
            app =>
            {
                MapSignIn(app);
                map?.Invoke(app);
            });

    public static void AddCookieLogin(IServiceCollection services) => services.AddAuthentication("app").AddCookie("app", options => options.LoginPath = LoginPath);

    public static void MapSignIn(WebApplication app) => app.MapGet("/test/sign-in", (string id, string name, string? acr) => Results.SignIn(
        new(new System.Security.Claims.ClaimsIdentity(
            [new(System.Security.Claims.ClaimTypes.NameIdentifier, id), new(System.Security.Claims.ClaimTypes.Name, name), .. acr is null ? Array.Empty<System.Security.Claims.Claim>() : [new("acr", acr)]], "app")), null, "app"));

    public static async Task<Browser> SignedInAsync(TestProvider provider, string id = "1", string name = "alice")
    {
        var browser = new Browser(provider);
        await browser.SignInAsync(id, name);
        return browser;
    }

    /// <summary>Another browser with the same cookies: a thief's, or an old backup.</summary>
    public Browser Copy()
    {
        var copy = new Browser(provider);
        copy.cookies.Add(cookies.GetAllCookies());
        return copy;
    }

    public Task<Page> AllowAsync(Page consent)
    {
        Assert.True(consent.IsConsent, consent.Body);
        return PostAsync(consent.FormAction, consent.Decide("allow"));
    }

    private sealed class Before(Action<IApplicationBuilder> before) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            before(app);
            next(app);
        };
    }

    public async Task SignInAsync(string id = "1", string name = "alice", string? acr = null) =>
        Assert.Equal(200, (await GetAsync($"/test/sign-in?id={id}&name={name}{(acr is null ? "" : "&acr=" + acr)}")).Status);

    public Task<Page> GetAsync(string url) => SendAsync(new(HttpMethod.Get, url));

    public Task<Page> PostAsync(string url, IEnumerable<KeyValuePair<string, string>> form) => SendAsync(new(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) });

    public async Task<Page> SendAsync(HttpRequestMessage request)
    {
        var uri = new Uri(http.BaseAddress!, request.RequestUri!);
        if (cookies.GetCookieHeader(uri) is { Length: > 0 } header) request.Headers.Add("Cookie", header);
        var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        if (response.Headers.TryGetValues("Set-Cookie", out var set))
            foreach (var cookie in set) cookies.SetCookies(uri, cookie);
        return await Page.OfAsync(response);
    }

    /// <summary>With the query as it is: <c>HttpClient</c> repairs what a hostile sender would not.</summary>
    public async Task<Page> GetRawAsync(string path, string query)
    {
        var context = await ((TestServer)provider.Get<IServer>()).SendAsync(
            context =>
            {
                (context.Request.Scheme, context.Request.Host, context.Request.Path, context.Request.QueryString) = ("https", new("app.example"), path, new("?" + query));
                context.Request.Headers.Cookie = cookies.GetCookieHeader(new(TestProvider.Issuer + path));
            }, TestContext.Current.CancellationToken);
        var response = new HttpResponseMessage((HttpStatusCode)context.Response.StatusCode) { Content = new StreamContent(context.Response.Body) };
        foreach (var (name, values) in context.Response.Headers)
            if (!response.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) response.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        return await Page.OfAsync(response);
    }

    /// <summary>A request as a well-behaved client sends it; null takes a parameter away.</summary>
    public Task<Page> AuthorizeAsync(TestClient client, params (string Name, string? Value)[] changes) => GetAsync(Url(client, changes));

    public static string Url(TestClient client, params (string Name, string? Value)[] changes) =>
        "/oauth2/authorize?" + string.Join('&', Parameters(client, changes).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));

    public static IEnumerable<KeyValuePair<string, string>> Parameters(TestClient client, params (string Name, string? Value)[] changes)
    {
        (string Name, string? Value)[] usual =
        [
            ("response_type", "code"), ("client_id", client.Id), ("redirect_uri", client.Client.RedirectUris is [var first, ..] ? first : null), ("scope", "notes.read"), ("state", "xyz"),
            ("code_challenge", ChallengeOf(Verifier)), ("code_challenge_method", "S256"),
        ];
        return usual.Where(pair => changes.All(change => change.Name != pair.Name)).Concat(changes)
            .Where(pair => pair.Value is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Value!));
    }

    public static string ChallengeOf(string verifier) => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    public void Dispose() => http.Dispose();
}

internal static class CodeRedemption
{
    /// <summary>A token request as a well-behaved client sends it; null takes a parameter away.</summary>
    public static Task<Answer> RedeemAsync(this TestClient client, string code, params (string Name, string? Value)[] changes)
    {
        (string Name, string? Value)[] usual =
            [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", client.Client.RedirectUris[0]), ("code_verifier", Browser.Verifier)];
        return client.TokenAsync([.. usual.Where(pair => changes.All(change => change.Name != pair.Name)).Concat(changes).Where(pair => pair.Value is not null).Select(pair => (pair.Name, pair.Value!))]);
    }
}

/// <summary>What the browser got.</summary>
internal sealed partial record Page(int Status, string Body, string? Location, HttpResponseMessage Response)
{
    public static async Task<Page> OfAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.OriginalString, response);

    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) || Response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>The text as a user reads it.</summary>
    public string Text => WebUtility.HtmlDecode(Tags().Replace(Body, ""));

    public bool IsConsent => Status == 200 && Body.Contains("name=\"decision\"", StringComparison.Ordinal);

    public string FormAction => WebUtility.HtmlDecode(Action().Match(Body).Groups[1].Value);

    public IReadOnlyList<KeyValuePair<string, string>> HiddenFields =>
        [.. Hidden().Matches(Body).Select(match => KeyValuePair.Create(WebUtility.HtmlDecode(match.Groups[1].Value), WebUtility.HtmlDecode(match.Groups[2].Value)))];

    public IEnumerable<KeyValuePair<string, string>> Decide(string decision) => [.. HiddenFields, new("decision", decision)];

    /// <summary>The parameters of a redirect to a client, each at most once.</summary>
    public IReadOnlyDictionary<string, string> Answer
    {
        get
        {
            Assert.Equal(303, Status);
            var query = Location![(Location!.IndexOf('?') + 1)..];
            return query.Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
        }
    }

    /// <summary>Where the user comes back to from the app's sign-in, or from its page that makes accounts.</summary>
    public string ReturnUrl
    {
        get
        {
            Assert.True(Status is 302 or 303, Body);
            return Uri.UnescapeDataString(Location!.Split("ReturnUrl=")[1]);
        }
    }

    public string Code => Answer["code"];

    public string? Error => Answer.GetValueOrDefault("error");

    /// <summary>R-err: to the registered URI, with state and issuer, and no code.</summary>
    public void IsRedirectedError(string error, string to = "https://client.example/cb", string? state = "xyz")
    {
        Assert.Equal(303, Status);
        Assert.StartsWith(to + (to.Contains('?') ? '&' : '?'), Location, StringComparison.Ordinal);
        Assert.Equal(error, Error);
        Assert.Equal(state, Answer.GetValueOrDefault("state"));
        Assert.Equal(TestProvider.Issuer, Answer["iss"]);
        Assert.DoesNotContain("code", Answer.Keys);
        Assert.All(Answer["error_description"], c => Assert.True(c is >= ' ' and <= '~' and not '"' and not '\\'));
    }

    /// <summary>E-page: a page of ours, and nowhere to go.</summary>
    public void IsErrorPage(int status = 400)
    {
        Assert.Equal((status, "text/html; charset=utf-8"), (Status, Header("Content-Type")));
        Assert.Null(Location);
        Assert.Contains("no-store", Header("Cache-Control"), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Text, StringComparison.Ordinal);
    }

    [GeneratedRegex("<style.*?</style>|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tags();

    [GeneratedRegex("<form [^>]*action=\"([^\"]*)\"")]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
