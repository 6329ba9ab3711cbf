using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Server.Tests;

/// <summary>What ends with a user, with a password and with a session.</summary>
public sealed class SessionTests
{
    private static Task<RunningServer> StartAsync() => RunningServer.StartAsync(
        ("Gatehouse:Clients:0:client_id", "app"), ("Gatehouse:Clients:0:token_endpoint_auth_method", "none"), ("Gatehouse:Clients:0:application_type", "native"),
        ("Gatehouse:Clients:0:redirect_uris:0", "http://127.0.0.1/cb"), ("Gatehouse:Clients:0:scope", "openid offline_access"), ("Gatehouse:Clients:0:require_consent", "false"),
        ("Gatehouse:Clients:0:grant_types:0", "authorization_code"), ("Gatehouse:Clients:0:grant_types:1", "refresh_token"), ("Gatehouse:Sessions:CacheLifetime", "0:0:0"));

    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static async Task<(string Access, string? Refresh)> TokensAsync(RunningServer server, Visitor visitor, string scope = "openid")
    {
        var answer = await visitor.GetAsync(QueryHelpers.AddQueryString("/oauth2/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = "app",
            ["redirect_uri"] = "http://127.0.0.1:1/cb",
            ["scope"] = scope,
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
            ["prompt"] = scope == "openid" ? null : "consent",
        }.Where(parameter => parameter.Value is not null).ToDictionary()));
        if (answer.Status == HttpStatusCode.OK) answer = await visitor.SubmitAsync(answer, "/oauth2/authorize/consent", ("decision", "allow"));
        Assert.NotNull(answer.Location);
        return await RedeemAsync(server, new() { ["grant_type"] = "authorization_code", ["code"] = QueryHelpers.ParseQuery(new Uri(answer.Location).Query)["code"].ToString(), ["redirect_uri"] = "http://127.0.0.1:1/cb", ["code_verifier"] = Verifier });
    }

    private static async Task<(string Access, string? Refresh)> RedeemAsync(RunningServer server, Dictionary<string, string> fields)
    {
        using var http = new HttpClient();
        fields["client_id"] = "app";
        var answer = await http.PostAsync(server.Url + "/oauth2/token", new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);
        var json = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (json.TryGetProperty("access_token", out var access) ? access.GetString()! : json.GetProperty("error").GetString()!, json.TryGetProperty("refresh_token", out var refresh) ? refresh.GetString() : null);
    }

    private static async Task<HttpStatusCode> UserInfoAsync(RunningServer server, string accessToken)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return (await http.GetAsync(server.Url + "/oauth2/userinfo", TestContext.Current.CancellationToken)).StatusCode;
    }

    [Fact]
    [Trait("SR", "SR-082")]
    public async Task A_disabled_user_loses_tokens_and_sign_ins_at_once()
    {
        await using var server = await StartAsync();
        var alice = await server.AddUserAsync();
        await server.AddUserAsync("root", administrator: true);
        using var visitor = new Visitor(server);
        await visitor.SignInAsync();
        var (access, refresh) = await TokensAsync(server, visitor, "openid offline_access");
        Assert.Equal(HttpStatusCode.OK, await UserInfoAsync(server, access));

        using var administrator = new Visitor(server);
        await administrator.SignInAsync("root");
        var users = await administrator.GetAsync("/admin/users");
        var forged = await visitor.SubmitAsync(users, "/admin/users", ("id", alice.Id), ("action", "disable"));
        Assert.Equal(HttpStatusCode.NotFound, forged.Status);
        Assert.Equal(HttpStatusCode.OK, await UserInfoAsync(server, access));

        await administrator.SubmitAsync(users, "/admin/users", ("id", alice.Id), ("action", "disable"));
        Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(server, access));
        Assert.Equal("invalid_grant", (await RedeemAsync(server, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refresh! })).Access);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SignInAsync()).Status);
    }

    [Fact]
    [Trait("SR", "SR-214")]
    public async Task A_new_password_ends_every_other_sign_in()
    {
        await using var server = await StartAsync();
        await server.AddUserAsync();
        using var here = new Visitor(server);
        using var elsewhere = new Visitor(server);
        await here.SignInAsync();
        await elsewhere.SignInAsync();
        var (access, _) = await TokensAsync(server, elsewhere);

        var page = await here.GetAsync("/account/password");
        Assert.Equal(HttpStatusCode.BadRequest, (await here.SubmitAsync(page, "/account/password", ("current", "wrong"), ("new", "another long one"))).Status);
        Assert.Equal("/account?done=password", (await here.SubmitAsync(page, "/account/password", ("current", RunningServer.Password), ("new", "another long one"))).Location);
        Assert.Contains("Your password was changed.", (await here.GetAsync("/account?done=password")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await elsewhere.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(server, access));
        Assert.Equal(HttpStatusCode.SeeOther, (await elsewhere.SignInAsync(password: "another long one")).Status);
    }

    [Fact]
    [Trait("SR", "SR-214")]
    public async Task A_user_ends_other_sessions_and_nobody_elses()
    {
        await using var server = await StartAsync();
        await server.AddUserAsync();
        await server.AddUserAsync("bob");
        using var here = new Visitor(server);
        using var elsewhere = new Visitor(server);
        using var bob = new Visitor(server);
        await here.SignInAsync();
        await elsewhere.SignInAsync();
        await bob.SignInAsync("bob");
        var page = await here.GetAsync("/account/sessions");
        Assert.Equal(2, page.Html.Split("name=\"id\"").Length - 1);

        var bobs = System.Text.RegularExpressions.Regex.Match((await bob.GetAsync("/account/sessions")).Html, "name=\"id\" value=\"([^\"]+)\"").Groups[1].Value;
        await here.SubmitAsync(page, "/account/sessions", ("action", "end"), ("id", bobs));
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync("/account")).Status);

        await here.SubmitAsync(page, "/account/sessions", ("action", "others"));
        Assert.Equal(HttpStatusCode.SeeOther, (await elsewhere.GetAsync("/account")).Status);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account")).Status);
    }

    [Fact]
    [Trait("SR", "SR-213")]
    public async Task A_cookie_from_before_a_sign_out_opens_nothing()
    {
        await using var server = await StartAsync();
        await server.AddUserAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync();
        var kept = visitor.Cookies.GetCookies(new(server.Url))["gatehouse"]!.Value;
        await visitor.SubmitAsync(await visitor.GetAsync("/account"), "/account/logout");

        using var thief = new Visitor(server);
        thief.Cookies.Add(new Cookie("gatehouse", kept, "/", "localhost"));
        Assert.Equal(HttpStatusCode.SeeOther, (await thief.GetAsync("/account")).Status);
    }
}
