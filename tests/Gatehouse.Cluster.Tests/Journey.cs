using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Server.Tests;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Cluster.Tests;

/// <summary>All that a user and a client do in one sign-in, from the first visit to signing out. Any step that does not go as it should fails.</summary>
/// <param name="http">Keeps cookies.</param>
internal sealed class Journey(HttpClient http)
{
    private const string Callback = "https://notes.example/callback", Goodbye = "https://notes.example/goodbye";
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private const string User = "alice", Password = "a garden of wonders";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task RunAsync()
    {
        using var visitor = new Visitor(http);
        var code = await SignInAsync(visitor);
        var first = await TokenAsync(new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Callback, ["code_verifier"] = Verifier });
        Assert.Equal((HttpStatusCode.OK, "Alice Liddell"), await UserInfoAsync(first.GetProperty("access_token").GetString()!));

        var second = await TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = first.GetProperty("refresh_token").GetString()! });
        var access = second.GetProperty("access_token").GetString()!;
        Assert.Equal((HttpStatusCode.OK, "Alice Liddell"), await UserInfoAsync(access));
        var seen = await PostAsync("/oauth2/introspect", "notes-api", "notes-api-secret-0123456789abcdef-012345", new() { ["token"] = access });
        Assert.True(seen.Body.GetProperty("active").GetBoolean());

        // The consent of the first time is known, and the sign-in too: no page at all.
        var again = await visitor.GetAsync(Request("openid profile"));
        Assert.StartsWith(Callback + "?code=", again.Location, StringComparison.Ordinal);

        await SignOutAsync(visitor, first.GetProperty("id_token").GetString()!);
        // What the code was for ends with the session, everywhere at once for those who ask the store.
        var refused = await PostAsync("/oauth2/token", "notes", Secret, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = second.GetProperty("refresh_token").GetString()! });
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (refused.Status, refused.Body.GetProperty("error").GetString()));
    }

    /// <summary>Login page, password, consent page, consent. Returns the code.</summary>
    private static async Task<string> SignInAsync(Visitor visitor)
    {
        var toLogin = await visitor.GetAsync(Request("openid profile notes.read") + "&prompt=consent");
        Assert.Contains("/account/login", toLogin.Location, StringComparison.Ordinal);
        var login = await visitor.GetAsync(Path(toLogin.Location!));
        var wrong = await visitor.SubmitAsync(login, "/account/login", ("username", User), ("password", "not this one"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        var signedIn = await visitor.SubmitAsync(wrong, "/account/login", ("username", User), ("password", Password));
        Assert.True(signedIn.Status == HttpStatusCode.SeeOther, signedIn.Html);
        var consent = await visitor.GetAsync(Path(signedIn.Location!));
        Assert.True(consent.Status == HttpStatusCode.OK, $"{consent.Status} {consent.Location}");
        var answer = await visitor.SubmitAsync(consent, "/oauth2/authorize/consent", ("decision", "allow"));
        Assert.True(answer.Location?.StartsWith(Callback + "?code=", StringComparison.Ordinal), $"{answer.Status} {answer.Location} {answer.Html}");
        return QueryHelpers.ParseQuery(new Uri(answer.Location!).Query)["code"].ToString();
    }

    private static async Task SignOutAsync(Visitor visitor, string idToken)
    {
        var goodbye = await visitor.GetAsync(QueryHelpers.AddQueryString("/oauth2/logout", new Dictionary<string, string?>
        {
            ["id_token_hint"] = idToken,
            ["post_logout_redirect_uri"] = Goodbye,
            ["state"] = "s",
        }));
        Assert.Equal((HttpStatusCode.SeeOther, Goodbye + "?state=s"), (goodbye.Status, goodbye.Location));
        Assert.Contains("/account/login", (await visitor.GetAsync(Request("openid profile"))).Location, StringComparison.Ordinal);
    }

    private const string Secret = "notes-secret-0123456789abcdef-0123456789";

    private static string Path(string location) => Uri.TryCreate(location, UriKind.Absolute, out var uri) && uri.Scheme != Uri.UriSchemeFile ? uri.PathAndQuery : location;

    private static string Request(string scope) => QueryHelpers.AddQueryString("/oauth2/authorize", new Dictionary<string, string?>
    {
        ["response_type"] = "code",
        ["client_id"] = "notes",
        ["redirect_uri"] = Callback,
        ["scope"] = scope,
        ["state"] = "a state",
        ["nonce"] = "a nonce",
        ["code_challenge"] = Challenge,
        ["code_challenge_method"] = "S256",
    });

    private async Task<JsonElement> TokenAsync(Dictionary<string, string> fields)
    {
        var (status, body) = await PostAsync("/oauth2/token", "notes", Secret, fields);
        Assert.True(status == HttpStatusCode.OK, $"{status} {body}");
        return body;
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string client, string secret, Dictionary<string, string> fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}")));
        using var answer = await http.SendAsync(request, Cancel);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)));
    }

    private async Task<(HttpStatusCode Status, string Name)> UserInfoAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var answer = await http.SendAsync(request, Cancel);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? JsonElement.Parse(body).GetProperty("name").GetString()! : body);
    }
}
