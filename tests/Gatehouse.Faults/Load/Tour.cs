using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Cluster.Processes;

namespace Gatehouse.Faults.Load;

/// <summary>What an address of the server owes while its database is away.</summary>
internal enum Owes
{
    /// <summary>What it always answers: it asks no database.</summary>
    ItsAnswer,

    /// <summary>503 with <c>Retry-After</c>: JSON.</summary>
    Error,

    /// <summary>503 with <c>Retry-After</c>: the error page.</summary>
    ErrorPage,

    /// <summary>503, for a program that knows what that means.</summary>
    NotReady,
}

/// <param name="Name">For people.</param>
/// <param name="Owes">Without a database.</param>
/// <param name="Ask">A new request of this kind.</param>
internal sealed record Stop(string Name, Owes Owes, Func<HttpRequestMessage> Ask);

/// <param name="Stop">Where.</param>
/// <param name="Status">0: none.</param>
/// <param name="SaysWhen">Whether it names a time to come back.</param>
/// <param name="Body">As it came.</param>
/// <param name="Took">Until all of it was there.</param>
internal sealed record Seen(Stop Stop, int Status, bool SaysWhen, string Body, TimeSpan Took)
{
    /// <summary>Whether it is what is owed.</summary>
    public bool IsClean => Stop.Owes switch
    {
        Owes.ItsAnswer => IsAnswer,
        Owes.Error => Status == 503 && SaysWhen && Body.Contains("\"temporarily_unavailable\"", StringComparison.Ordinal),
        Owes.ErrorPage => Status == 503 && SaysWhen && Body.Contains("<html lang=\"de\"", StringComparison.Ordinal),
        _ => Status == 503,
    };

    /// <summary>Yes, no, or elsewhere, but no failure.</summary>
    public bool IsAnswer => Status is >= 200 and < 500;

    public override string ToString() => FormattableString.Invariant($"{Took.TotalSeconds,5:0.0} s  {Status}  {Stop.Name}  {Body[..Math.Min(Body.Length, Status is >= 500 ? 60 : 0)].ReplaceLineEndings(" ")}");
}

/// <summary>Every address of a node, for somebody who is signed in and whose forms are open, and for the clients.</summary>
internal sealed class Tour : IDisposable
{
    private const string Consenting = "asks";

    private readonly HttpClient http;

    private Tour(HttpClient http) => this.http = http;

    public IReadOnlyList<Stop> Stops { get; private init; } = [];

    /// <summary>Signs in and opens the forms. Its user speaks German.</summary>
    public static async Task<Tour> PrepareAsync(Node node)
    {
        var ledger = new Ledger();
        using var fleet = new Fleet([node.Url], ledger);
        var (ada, leaving, stranger) = (new Browser("user0"), new Browser("user1"), new Browser("user2"));
        var (verifier, challenge) = Pkce();
        string Authorize(string client) => $"/oauth2/authorize?response_type=code&client_id={client}&redirect_uri={Uri.EscapeDataString(Fleet.RedirectUri)}&scope={(client == Fleet.ClientId ? "openid%20" : "")}notes.read&code_challenge_method=S256&code_challenge={challenge}";
        async Task<Answer> TokensAsync(Browser browser) => await fleet.TokenAsync(0, ("grant_type", "authorization_code"), ("code", await browser.AuthorizeAsync(fleet, 0, Authorize(Fleet.ClientId)) ?? ""), ("redirect_uri", Fleet.RedirectUri), ("code_verifier", verifier));

        var (tokens, spare) = (await TokensAsync(ada), await TokensAsync(leaving));
        Assert.True(tokens["refresh_token"] is not null && spare["refresh_token"] is not null, string.Join('\n', ledger.Notes) + tokens.Text);
        var code = await ada.AuthorizeAsync(fleet, 0, Authorize(Fleet.ClientId));
        async Task<(string Cookie, Dictionary<string, string> Fields)> FormAsync(Browser browser, string path) => (Browser.HiddenFields(await browser.ReadAsync(fleet, 0, path)) is var fields ? (browser.Cookie, fields) : default);

        var (login, consent, logout) = (await FormAsync(stranger, "/account/login"), await FormAsync(ada, Authorize(Consenting)), await FormAsync(leaving, "/oauth2/logout"));
        var (leave, password, authenticator, passkeys, sessions, apps) = (await FormAsync(leaving, "/account/sessions"), await FormAsync(ada, "/account/password"), await FormAsync(ada, "/account/authenticator"),
            await FormAsync(ada, "/account/passkeys"), await FormAsync(ada, "/account/sessions"), await FormAsync(ada, "/oauth2/apps"));
        Assert.All([login, consent, logout, leave, password, authenticator, passkeys, sessions, apps], static form => Assert.NotEmpty(form.Fields));
        var setup = System.Text.RegularExpressions.Regex.Match(node.Output, "gtl_[A-Za-z0-9._-]+").Value;

        var list = new List<Stop>();
        void Page(string path, Owes owes, string? cookie = null) => list.Add(new($"GET {Short(path)}{(cookie is null ? "" : ", signed in")}", owes, () => Request(HttpMethod.Get, path, cookie)));
        void Form(string path, (string Cookie, Dictionary<string, string> Fields) form, params (string, string)[] typed) => list.Add(new($"POST {path}", Owes.ErrorPage, () => Request(HttpMethod.Post, path, form.Cookie, form.Fields, typed)));
        void Client(string path, string name, params (string, string)[] form) => list.Add(new($"POST {path}, {name}", Owes.Error, () => Basic(Request(HttpMethod.Post, path, null, [], form))));

        foreach (var path in new[] { "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth2/jwks", "/health/live", "/health/startup", "/account/passkey.js", "/account/login/code" }) Page(path, Owes.ItsAnswer);
        Page("/health/ready", Owes.NotReady);
        foreach (var path in new[] { "/account/login", "/", "/account/logout", "/oauth2/logout", Authorize(Fleet.ClientId) }) Page(path, Owes.ItsAnswer);
        Page("/setup", Owes.ErrorPage);
        foreach (var path in new[] { "/account/login", "/", "/account", "/account/password", "/account/authenticator", "/account/passkeys", "/account/sessions", "/admin/users", "/account/logout", "/oauth2/apps", "/oauth2/logout", Authorize(Fleet.ClientId), Authorize(Consenting) })
            Page(path, Owes.ErrorPage, ada.Cookie);
        if (setup.Length > 0) Page($"/setup?token={setup}", Owes.ErrorPage);
        Form("/account/login", login, ("username", "user2"), ("password", Browser.Password));
        Form("/account/password", password, ("current", "wrong"), ("new", "correct horse battery"));
        Form("/account/authenticator", authenticator, ("action", "codes"));
        Form("/account/passkeys", passkeys, ("action", "remove"), ("id", "none"));
        Form("/account/sessions", sessions, ("action", "none"));
        Form("/account/logout", leave);
        Form("/oauth2/authorize/consent", consent, ("decision", "deny"));
        Form("/oauth2/apps", apps, ("client_id", "nobody"));
        Form("/oauth2/logout/confirm", logout, ("decision", "stay"));
        Client("/oauth2/token", "client_credentials", ("grant_type", "client_credentials"), ("scope", "notes.read"));
        Client("/oauth2/token", "password", ("grant_type", "password"), ("username", "user3"), ("password", Browser.Password));
        Client("/oauth2/token", "refresh_token", ("grant_type", "refresh_token"), ("refresh_token", spare["refresh_token"]!));
        Client("/oauth2/token", "authorization_code", ("grant_type", "authorization_code"), ("code", code!), ("redirect_uri", Fleet.RedirectUri), ("code_verifier", "wrong-0123456789012345678901234567890123456789"));
        Client("/oauth2/introspect", "access token", ("token", tokens["access_token"]!));
        Client("/oauth2/revoke", "refresh token", ("token", tokens["refresh_token"]!));
        list.Add(new("GET /oauth2/userinfo", Owes.Error, () => Bearer(Request(HttpMethod.Get, "/oauth2/userinfo", null), spare["access_token"]!)));
        return new(node.CreateClient(TimeSpan.FromMinutes(1))) { Stops = list };
    }

    /// <summary>So that all of them find a connection that lies idle. They hang in another way than those that connect: in a statement, and then in telling the database that nobody waits for it.</summary>
    public Task FillPoolAsync() => Task.WhenAll(Enumerable.Repeat(Stops.Where(static stop => stop.Name.StartsWith("GET", StringComparison.Ordinal)), 3).SelectMany(static stops => stops).Select(VisitAsync));

    /// <summary>All of them at once.</summary>
    public async Task<IReadOnlyList<Seen>> GoAsync() => await Task.WhenAll(Stops.Select(VisitAsync));

    public void Dispose() => http.Dispose();

    private async Task<Seen> VisitAsync(Stop stop)
    {
        var started = Stopwatch.GetTimestamp();
        using var request = stop.Ask();
        request.Headers.Add("Accept-Language", "de");
        try
        {
            using var response = await http.SendAsync(request);
            return new(stop, (int)response.StatusCode, response.Headers.RetryAfter is not null, await response.Content.ReadAsStringAsync(), Stopwatch.GetElapsedTime(started));
        }
        catch (Exception none) when (none is HttpRequestException or OperationCanceledException)
        {
            return new(stop, 0, false, none.Message, Stopwatch.GetElapsedTime(started));
        }
    }

    private static string Short(string path) => path.Contains("client_id=" + Consenting, StringComparison.Ordinal) ? "/oauth2/authorize?… (consent)" : path.Contains('?') ? path[..path.IndexOf('?')] + "?…" : path;

    private static HttpRequestMessage Request(HttpMethod method, string path, string? cookie, IEnumerable<KeyValuePair<string, string>>? hidden = null, params IEnumerable<(string Name, string Value)> typed)
    {
        var request = new HttpRequestMessage(method, path);
        if (cookie is { Length: > 0 }) request.Headers.Add("Cookie", cookie);
        if (hidden is not null) request.Content = new FormUrlEncodedContent(hidden.Where(field => typed.All(other => other.Name != field.Key)).Concat(typed.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        return request;
    }

    private static HttpRequestMessage Basic(HttpRequestMessage request)
    {
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Fleet.ClientId}:{Fleet.Secret}")));
        return request;
    }

    private static HttpRequestMessage Bearer(HttpRequestMessage request, string token)
    {
        request.Headers.Authorization = new("Bearer", token);
        return request;
    }

    private static (string Verifier, string Challenge) Pkce()
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (verifier, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
    }
}
