using System.Text;
using Gatehouse.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Authorize;

/// <summary>From request to answer, with a user who is signed in and says yes.</summary>
public sealed class AuthorizeEndpointTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("SR", "SR-024")]
    public async Task A_signed_in_user_who_allows_it_sends_the_client_a_code_that_works()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);

        var consent = await browser.AuthorizeAsync(client);
        Assert.True(consent.IsConsent, consent.Body);
        var answer = await browser.PostAsync(consent.FormAction, consent.Decide("allow"));
        Assert.StartsWith("https://client.example/cb?code=gtc_", answer.Location, StringComparison.Ordinal);
        Assert.Equal(["code", "state", "iss"], answer.Answer.Keys);
        Assert.Equal(("xyz", TestProvider.Issuer), (answer.Answer["state"], answer.Answer["iss"]));

        var tokens = await client.RedeemAsync(answer.Code);
        Assert.Equal(200, tokens.Status);
        var introspected = await client.IntrospectAsync(tokens.AccessToken);
        Assert.Equal(("1", "notes.read"), (introspected.Member("sub"), introspected.Member("scope")));
    }

    [Fact]
    public async Task A_post_works_like_a_get()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(provider);
        Assert.NotNull((await browser.PostAsync("/oauth2/authorize", Browser.Parameters(client))).Code);
    }

    [Fact]
    public async Task A_user_who_is_not_signed_in_signs_in_at_the_app_and_comes_back_to_the_same_request()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var login = await browser.PostAsync("/oauth2/authorize", Browser.Parameters(client, ("state", "a&b=c d+é")));
        Assert.Equal(302, login.Status);
        Assert.Equal(Browser.LoginPath, new Uri(login.Location!).AbsolutePath);
        var back = Uri.UnescapeDataString(login.Location![(login.Location!.IndexOf("ReturnUrl=", StringComparison.Ordinal) + 10)..]);
        Assert.StartsWith("/oauth2/authorize?", back, StringComparison.Ordinal);

        await browser.SignInAsync();
        var answer = await browser.AllowAsync(await browser.GetAsync(back));
        Assert.Equal("a&b=c d+é", answer.Answer["state"]);
    }

    [Theory]
    [Trait("SR", "SR-023")]
    [InlineData("a b+c%20d")]
    [InlineData("é世界🦊")]
    [InlineData("\r\nSet-Cookie: a=b")]
    [InlineData("&code=stolen&iss=https://evil.example")]
    [InlineData("<script>alert(1)</script>\"'")]
    [InlineData("#fragment")]
    [InlineData(" ")]
    public async Task State_comes_back_byte_for_byte_in_success_and_error(string state)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var success = await browser.AllowAsync(await browser.AuthorizeAsync(client, ("state", state)));
        Assert.Equal((state, TestProvider.Issuer), (success.Answer["state"], success.Answer["iss"]));
        Assert.All(success.Location!, c => Assert.InRange(c, '!', '~'));
        (await browser.AuthorizeAsync(client, ("state", state), ("response_type", "token"))).IsRedirectedError("unsupported_response_type", state: state);
    }

    [Fact]
    [Trait("SR", "SR-023")]
    public async Task State_is_absent_where_none_was_sent()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var success = await browser.AllowAsync(await browser.AuthorizeAsync(client, ("state", null)));
        Assert.Equal(["code", "iss"], success.Answer.Keys);
        (await browser.AuthorizeAsync(client, ("state", null), ("scope", "other"))).IsRedirectedError("invalid_scope", state: null);
    }

    [Theory]
    [Trait("SR", "SR-012")]
    [InlineData("https://client.example/cb?tenant=a%20b&x=&x", "https://client.example/cb?tenant=a%20b&x=&x&code=")]
    [InlineData("https://client.example/cb?", "https://client.example/cb?code=")]
    [InlineData("https://client.example", "https://client.example?code=")]
    public async Task The_registered_query_survives(string registered, string expected)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false, RedirectUris = [registered] });
        using var browser = await Browser.SignedInAsync(provider);
        Assert.StartsWith(expected, (await browser.AuthorizeAsync(client)).Location, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-020")]
    public async Task No_answer_holds_an_access_token()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(provider);
        foreach (var type in (string[])["token", "id_token", "code token", "code id_token", "none", "CODE"])
            (await browser.AuthorizeAsync(client, ("response_type", type))).IsRedirectedError("unsupported_response_type");
        Assert.DoesNotContain("gta_", (await browser.AuthorizeAsync(client)).Location, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-244")]
    public async Task Plain_http_is_refused_unless_it_is_allowed()
    {
        foreach (var require in (bool[])[true, false])
        {
            await using var provider = await Browser.StartAppAsync(options => options.RequireHttps = require);
            var client = await provider.AddClientAsync();
            using var browser = new Browser(provider);
            var answer = await browser.GetAsync("http://app.example" + Browser.Url(client));
            Assert.Equal(require ? 400 : 302, answer.Status);
            Assert.Equal(require, answer.Location is null);
        }
    }

    [Theory]
    [Trait("SR", "SR-245")]
    [InlineData("PUT", "/oauth2/authorize", "GET, POST")]
    [InlineData("HEAD", "/oauth2/authorize", "GET, POST")]
    [InlineData("GET", "/oauth2/authorize/consent", "POST")]
    public async Task Other_methods_are_not_allowed(string method, string path, string allow)
    {
        await using var provider = await Browser.StartAppAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var answer = await browser.SendAsync(new(new HttpMethod(method), path));
        Assert.Equal((405, allow), (answer.Status, answer.Header("Allow")));
    }

    [Theory]
    [Trait("SR", "SR-026")]
    [InlineData("GET", "navigate")]
    [InlineData("GET", "cors")]
    [InlineData("POST", "cors")]
    [InlineData("OPTIONS", "cors")]
    public async Task A_script_of_another_site_sees_nothing_even_in_an_app_that_allows_every_origin(string method, string mode)
    {
        foreach (var allows in (bool[])[false, true])
        {
            await using var provider = await Browser.StartAppAsync(
                services: services => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod())),
                before: app => _ = allows ? app.UseCors() : app);
            var client = await provider.AddClientAsync();
            using var browser = await Browser.SignedInAsync(provider);
            foreach (var url in (string[])[Browser.Url(client), "/oauth2/authorize/consent"])
            {
                var request = new HttpRequestMessage(new(method), url);
                if (method == "POST") request.Content = new FormUrlEncodedContent(Browser.Parameters(client));
                request.Headers.Add("Origin", "https://evil.example");
                request.Headers.Add("Sec-Fetch-Mode", mode);
                if (method == "OPTIONS") request.Headers.Add("Access-Control-Request-Method", "GET");
                var answer = await browser.SendAsync(request);
                Assert.False(answer.IsConsent);
                Assert.Null(answer.Location);
                if (!allows) Assert.DoesNotContain(answer.Response.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    [Fact]
    [Trait("SR", "SR-026")]
    public async Task A_form_on_the_clients_own_site_may_post_the_request()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/authorize") { Content = new FormUrlEncodedContent(Browser.Parameters(client)) };
        request.Headers.Add("Origin", "https://client.example");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        Assert.True((await browser.SendAsync(request)).IsConsent);
    }

    [Fact]
    public async Task Everything_works_below_a_path_base_and_below_the_path_of_the_issuer()
    {
        await using var provider = await Browser.StartAppAsync(options => options.Issuer = TestProvider.Issuer + "/tenant", before: app => app.UsePathBase("/base"));
        var client = await provider.AddClientAsync();
        foreach (var root in (string[])["/base", "/tenant", "/base/tenant"])
        {
            using var browser = new Browser(provider);
            var login = await browser.GetAsync(root + Browser.Url(client));
            var back = Uri.UnescapeDataString(login.Location!.Split("ReturnUrl=")[1]);
            Assert.StartsWith(root + "/oauth2/authorize?", back, StringComparison.Ordinal);
            await browser.SignInAsync();
            var consent = await browser.GetAsync(root + Browser.Url(client, ("prompt", "consent")));
            Assert.Equal(root + "/oauth2/authorize/consent", consent.FormAction);
            Assert.Equal(TestProvider.Issuer + "/tenant", (await browser.AllowAsync(consent)).Answer["iss"]);
        }
    }

    [Fact]
    public async Task A_bearer_token_is_not_a_signed_in_user()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        var token = (await client.PasswordAsync()).AccessToken;
        using var browser = new Browser(provider);
        var request = new HttpRequestMessage(HttpMethod.Get, Browser.Url(client));
        request.Headers.Authorization = new("Bearer", token);
        var answer = await browser.SendAsync(request);
        Assert.Equal((302, Browser.LoginPath), (answer.Status, new Uri(answer.Location!).AbsolutePath));
    }

    [Fact]
    [Trait("SR", "SR-049")]
    public async Task A_challenge_or_nonce_that_a_client_sends_twice_is_noticed_and_logged()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(provider);
        await browser.AuthorizeAsync(client, ("nonce", "n-1"));
        Assert.DoesNotContain(provider.Logs.Lines, line => line.Event.Id == 1602);
        await browser.AuthorizeAsync(client, ("nonce", "n-2"));
        Assert.Single(provider.Logs.Lines, line => line.Event.Id == 1602 && line.Message.Contains("code_challenge", StringComparison.Ordinal));
        await browser.AuthorizeAsync(client, ("nonce", "n-1"), ("code_challenge", Browser.ChallengeOf(new string('v', 43))));
        Assert.Single(provider.Logs.Lines, line => line.Event.Id == 1602 && line.Message.Contains("nonce", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("SR", "SR-226")]
    public async Task Nothing_secret_is_in_the_log()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client, ("state", "secret-state"), ("nonce", "secret-nonce"));
        var code = (await browser.AllowAsync(consent)).Code;
        var tokens = await client.RedeemAsync(code);
        await client.RedeemAsync(code);
        // The framework itself logs request URLs at Information; what Gatehouse writes is ours to answer for.
        var ours = provider.Logs.Lines.Where(line => line.Category.StartsWith("Gatehouse", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(ours);
        string[] secrets = [code, code[16..60], Browser.Verifier, client.Secret, tokens.AccessToken, tokens.RefreshToken, "secret-state", "secret-nonce", .. consent.HiddenFields.Select(field => field.Value)];
        foreach (var line in ours)
            foreach (var secret in secrets)
                Assert.DoesNotContain(secret, line.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_shows_a_page_that_says_to_try_again()
    {
        await using var provider = await Browser.StartAppAsync(services: services => services.AddSingleton<IClientStore, BrokenClientStore>());
        using var browser = new Browser(provider);
        var page = await browser.GetAsync("/oauth2/authorize?client_id=app");
        page.IsErrorPage(503);
        Assert.Equal("1", page.Header("Retry-After"));
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1613);
    }

    private sealed class BrokenClientStore : IClientStore
    {
        public ValueTask<Client?> FindAsync(string clientId, CancellationToken ct) => throw new TimeoutException("The database does not answer.");

        public ValueTask<IReadOnlyList<Client>> ListAsync(string? afterId, int limit, CancellationToken ct) => throw new TimeoutException();

        public ValueTask<bool> TryCreateAsync(Client client, CancellationToken ct) => throw new TimeoutException();

        public ValueTask<bool> TryUpdateAsync(Client client, CancellationToken ct) => throw new TimeoutException();

        public ValueTask<bool> TryDeleteAsync(string clientId, CancellationToken ct) => throw new TimeoutException();

        public ValueTask MarkUsedAsync(string clientId, CancellationToken ct) => throw new TimeoutException();

        public ValueTask<int> SweepUnusedAsync(DateTimeOffset now, int limit, CancellationToken ct) => throw new TimeoutException();

        public ValueTask<long> ReadVersionAsync(CancellationToken ct) => new(1);
    }
}
