using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Gatehouse.Server.Tests;

/// <summary>The file that a certification run starts with, played through as the suite would.</summary>
public sealed class ConformanceTests
{
    private const string Callback = "https://rp.example:8443/test/a/gatehouse/callback";

    private static Task<RunningServer> StartAsync() =>
        RunningServer.StartAsync(("config", Repository.File("deploy", "conformance.json")), ("Conformance:RedirectHost", "rp.example:8443"));

    private static string Request(string clientId, params (string Name, string Value)[] more) => QueryHelpers.AddQueryString("/oauth2/authorize", new Dictionary<string, string?>
    {
        ["response_type"] = "code",
        ["client_id"] = clientId,
        ["redirect_uri"] = Callback,
        ["scope"] = "openid profile email address phone",
        ["state"] = "a state",
        ["nonce"] = "a nonce",
    }.Concat(more.Select(parameter => KeyValuePair.Create(parameter.Name, (string?)parameter.Value))).ToDictionary());

    private static async Task<string> CodeAsync(Visitor visitor, string request)
    {
        var login = await visitor.GetAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, login.Status);
        var signedIn = await visitor.SubmitAsync(await visitor.GetAsync(login.Location!), "/account/login", ("username", "jane"), ("password", "conformance of claims"));
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.Status);
        var consent = await visitor.GetAsync(signedIn.Location!);
        var answer = consent.Status == HttpStatusCode.OK ? await visitor.SubmitAsync(consent, "/oauth2/authorize/consent", ("decision", "allow")) : consent;
        Assert.StartsWith(Callback + "?", answer.Location, StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(new Uri(answer.Location!).Query)["code"].ToString();
    }

    private static async Task<JsonElement> RedeemAsync(RunningServer server, string clientId, string code, bool byHeader)
    {
        using var http = new HttpClient();
        var fields = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Callback };
        if (byHeader) http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{clientId}:{clientId}-secret-0123456789abcdef")));
        else (fields["client_id"], fields["client_secret"]) = (clientId, clientId + "-secret-0123456789abcdef");
        var answer = await http.PostAsync(server.Url + "/oauth2/token", new FormUrlEncodedContent(fields), TestContext.Current.CancellationToken);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("conformance-basic", true)]
    [InlineData("conformance-post", false)]
    [InlineData("conformance-second", true)]
    public async Task Its_clients_sign_its_user_in(string clientId, bool byHeader)
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        var tokens = await RedeemAsync(server, clientId, await CodeAsync(visitor, Request(clientId)), byHeader);
        var idToken = JsonElement.Parse(Base64Url.DecodeFromChars(tokens.GetProperty("id_token").GetString()!.Split('.')[1]));
        Assert.Equal(("248289761001", "a nonce", "1"), (idToken.GetProperty("sub").GetString(), idToken.GetProperty("nonce").GetString(), idToken.GetProperty("acr").GetString()));
        Assert.Equal(["pwd"], idToken.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
        Assert.InRange(idToken.GetProperty("auth_time").GetInt64(), DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Its_user_has_every_standard_claim_in_its_right_type()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        var tokens = await RedeemAsync(server, "conformance-basic", await CodeAsync(visitor, Request("conformance-basic")), byHeader: true);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("access_token").GetString());
        var claims = JsonElement.Parse(await http.GetStringAsync(server.Url + "/oauth2/userinfo", TestContext.Current.CancellationToken));

        string[] standard =
        [
            "sub", "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale",
            "updated_at", "email", "email_verified", "address", "phone_number", "phone_number_verified",
        ];
        Assert.Equal(standard.Order(), claims.EnumerateObject().Select(claim => claim.Name).Order());
        Assert.Equal(JsonValueKind.Number, claims.GetProperty("updated_at").ValueKind);
        Assert.True(claims.GetProperty("email_verified").GetBoolean() && claims.GetProperty("phone_number_verified").GetBoolean());
        Assert.Equal(["country", "formatted", "locality", "postal_code", "region", "street_address"], claims.GetProperty("address").EnumerateObject().Select(part => part.Name).Order());
        Assert.Equal("12 Example Terrace\nWellington 6011\nNew Zealand", claims.GetProperty("address").GetProperty("formatted").GetString());
    }

    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("max_age", "0")]
    public async Task A_user_who_is_signed_in_is_asked_again_where_the_client_wishes(string name, string value)
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await CodeAsync(visitor, Request("conformance-basic"));
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        await CodeAsync(visitor, Request("conformance-basic", (name, value)));
    }

    [Fact]
    public async Task Another_host_is_one_setting_away_and_a_missing_one_is_said()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.GetAsync(Request("conformance-basic").Replace("rp.example", "www.certification.openid.net", StringComparison.Ordinal))).Status);

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "Gatehouse": { "Clients": [{ "client_id": "${No:Such}" }] } }""", TestContext.Current.CancellationToken);
        Assert.Contains("there is no setting No:Such", Assert.Throws<Hosting.SettingsException>(() => ServerApp.Build(["--config", file])).Message, StringComparison.Ordinal);
        File.Delete(file);
    }
}
