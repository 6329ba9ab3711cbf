using System.Text;
using Gatehouse.Clients;

namespace Gatehouse.Tests.Authorize;

/// <summary>What goes wrong goes to the client only when it is certain that it is the client, and only once a user is there.</summary>
public sealed class RefusalTests
{
    [Theory]
    [Trait("SR", "SR-007"), Trait("SR", "SR-001"), Trait("SR", "SR-009")]
    [InlineData("client_id", null)]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", "APP")]
    [InlineData("client_id", "app' OR '1'='1")]
    [InlineData("redirect_uri", "https://evil.example/cb")]
    [InlineData("redirect_uri", "https://client.example/cb/")]
    [InlineData("redirect_uri", "https://client.example/CB")]
    [InlineData("redirect_uri", "https://CLIENT.example/cb")]
    [InlineData("redirect_uri", "https://client.example:443/cb")]
    [InlineData("redirect_uri", "https://client.example/cb?x=1")]
    [InlineData("redirect_uri", "https://client.example/cb#")]
    [InlineData("redirect_uri", "https://client.example/a/../cb")]
    [InlineData("redirect_uri", "https://client.example@evil.example/cb")]
    [InlineData("redirect_uri", "//evil.example")]
    [InlineData("redirect_uri", "javascript:alert(1)")]
    public async Task An_unknown_client_or_redirect_uri_gets_a_page_and_no_redirect(string name, string? value)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        (await browser.AuthorizeAsync(client, (name, value))).IsErrorPage();
        // Whatever else is wrong with the request, and whoever asks.
        (await browser.AuthorizeAsync(client, (name, value), ("response_type", null), ("prompt", "none"))).IsErrorPage();
        using var stranger = new Browser(provider);
        (await stranger.AuthorizeAsync(client, (name, value))).IsErrorPage();
    }

    [Fact]
    [Trait("SR", "SR-007"), Trait("SR", "SR-082")]
    public async Task A_disabled_client_gets_a_page()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { Enabled = false });
        using var browser = await Browser.SignedInAsync(provider);
        (await browser.AuthorizeAsync(client)).IsErrorPage();
    }

    [Fact]
    [Trait("SR", "SR-008")]
    public async Task One_registered_uri_may_be_left_out_and_of_several_one_must_be_named()
    {
        await using var provider = await Browser.StartAppAsync();
        var one = await provider.AddClientAsync("one", client => client with { RequireConsent = false });
        var two = await provider.AddClientAsync("two", client => client with { RequireConsent = false, RedirectUris = ["https://client.example/cb", "https://client.example/other"] });
        var none = await provider.AddClientAsync("none", client => client with { RedirectUris = [] });
        using var browser = await Browser.SignedInAsync(provider);
        Assert.NotNull((await browser.AuthorizeAsync(one, ("redirect_uri", null))).Code);
        (await browser.AuthorizeAsync(two, ("redirect_uri", null))).IsErrorPage();
        Assert.StartsWith("https://client.example/other?code=", (await browser.AuthorizeAsync(two, ("redirect_uri", "https://client.example/other"))).Location, StringComparison.Ordinal);
        (await browser.AuthorizeAsync(none)).IsErrorPage();
    }

    [Theory]
    [Trait("SR", "SR-002"), Trait("SR", "SR-003")]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", true)]
    [InlineData("http://[::1]/cb", "http://[::1]:51004/cb", true)]
    [InlineData("http://localhost/cb", "http://localhost:51004/cb", true)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:51004/other", false)]
    [InlineData("http://127.0.0.1/cb", "http://localhost:51004/cb", false)]
    [InlineData("http://localhost/cb", "http://127.0.0.1:51004/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://[::1]:51004/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:51004@evil.example/cb", false)]
    public async Task A_native_client_listens_on_any_port_of_the_loopback_address_that_it_registered(string registered, string requested, bool accepted)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RedirectUris = [registered], ApplicationType = "native", TokenEndpointAuthMethod = "none", Secrets = [] });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client, ("redirect_uri", requested));
        if (!accepted)
        {
            page.IsErrorPage();
            return;
        }
        var answer = await browser.AllowAsync(page);
        Assert.StartsWith(requested + "?code=", answer.Location, StringComparison.Ordinal);
        Assert.Equal(200, (await client.RedeemAsync(answer.Code, ("redirect_uri", requested))).Status);
    }

    public static TheoryData<string, string, string?> Mistakes { get; } = new()
    {
        { "invalid_request", "response_type", null },
        { "invalid_request", "response_type", "" },
        { "unsupported_response_type", "response_type", "token" },
        { "invalid_request", "code_challenge", null },
        { "invalid_request", "code_challenge", "short" },
        { "invalid_request", "code_challenge", new string('a', 44) },
        { "invalid_request", "code_challenge", new string('a', 42) + "=" },
        { "invalid_request", "code_challenge", new string('a', 42) + "+" },
        { "invalid_request", "code_challenge_method", null },
        { "invalid_request", "code_challenge_method", "plain" },
        { "invalid_request", "code_challenge_method", "s256" },
        { "invalid_scope", "scope", "notes.read admin" },
        { "invalid_scope", "scope", "NOTES.READ" },
        { "invalid_scope", "scope", "notes.read\nx" },
        { "invalid_scope", "scope", "\"évil\\" },
        { "invalid_target", "resource", "https://unknown.example" },
        { "invalid_target", "resource", "notes" },
        { "invalid_target", "resource", "https://app.example#x" },
        { "invalid_request", "response_mode", "fragment" },
        { "invalid_request", "prompt", "none login" },
        { "invalid_request", "prompt", "sometimes" },
        { "invalid_request", "prompt", "LOGIN" },
        { "invalid_request", "prompt", "create" },
        { "invalid_request", "max_age", "-1" },
        { "invalid_request", "max_age", "1e3" },
        { "invalid_request", "max_age", "99999999999999999999" },
        { "registration_not_supported", "registration", "{}" },
        { "request_not_supported", "request", "eyJhbGciOiJub25lIn0.e30." },
        { "invalid_request_object", "request", "x" },
        { "request_uri_not_supported", "request_uri", "https://evil.example/request.jwt" },
        { "invalid_request", "nonce", new string('n', 513) },
    };

    [Theory]
    [Trait("SR", "SR-010"), Trait("SR", "SR-024"), Trait("SR", "SR-028"), Trait("SR", "SR-040"), Trait("SR", "SR-041"), Trait("SR", "SR-042")]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_told_to_the_client_once_its_user_is_signed_in(string error, string name, string? value)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var login = await browser.AuthorizeAsync(client, (name, value));
        Assert.Equal((302, Browser.LoginPath), (login.Status, new Uri(login.Location!).AbsolutePath));
        await browser.SignInAsync();
        (await browser.AuthorizeAsync(client, (name, value))).IsRedirectedError(error);
    }

    [Fact]
    [Trait("SR", "SR-010")]
    public async Task A_silent_request_is_answered_without_asking_anybody()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        (await browser.AuthorizeAsync(client, ("prompt", "none"))).IsRedirectedError("login_required");
        (await browser.AuthorizeAsync(client, ("prompt", " none "))).IsRedirectedError("login_required");
        (await browser.AuthorizeAsync(client, ("prompt", "none"), ("scope", "admin"))).IsRedirectedError("invalid_scope");
        await browser.SignInAsync();
        (await browser.AuthorizeAsync(client, ("prompt", "none"))).IsRedirectedError("consent_required");
        await browser.AllowAsync(await browser.AuthorizeAsync(client));
        Assert.NotNull((await browser.AuthorizeAsync(client, ("prompt", "none"))).Code);
    }

    [Theory]
    [Trait("SR", "SR-021")]
    [InlineData("scope", "notes.read")]
    [InlineData("response_type", "code")]
    [InlineData("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")]
    [InlineData("unknown", "1")]
    public async Task A_repeated_parameter_is_refused(string name, string value)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var repeated = $"&{name}={value}&{name}={value}";
        (await browser.GetAsync(Browser.Url(client, (name, null)) + repeated)).IsRedirectedError("invalid_request");
        var form = new StringContent(Browser.Url(client, (name, null)).Split('?')[1] + repeated, Encoding.UTF8, "application/x-www-form-urlencoded");
        (await browser.SendAsync(new(HttpMethod.Post, "/oauth2/authorize") { Content = form })).IsRedirectedError("invalid_request");
    }

    [Fact]
    [Trait("SR", "SR-021"), Trait("SR", "SR-007")]
    public async Task A_repeated_client_or_redirect_uri_gets_a_page_and_a_repeated_state_is_not_given_back()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        (await browser.GetAsync(Browser.Url(client) + "&client_id=app")).IsErrorPage();
        (await browser.GetAsync(Browser.Url(client) + "&redirect_uri=https://evil.example")).IsErrorPage();
        (await browser.GetAsync(Browser.Url(client) + "&state=other")).IsRedirectedError("invalid_request", state: null);
    }

    [Fact]
    [Trait("SR", "SR-022")]
    public async Task An_empty_parameter_counts_as_absent_and_an_unknown_one_is_ignored()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.GetAsync(Browser.Url(client, ("scope", "")) + "&response_mode=&nonce=&unknown=1&display=page");
        Assert.Contains("notes.write", consent.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-079")]
    public async Task A_client_without_the_grant_is_told_so()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { GrantTypes = ["password"] });
        using var browser = await Browser.SignedInAsync(provider);
        (await browser.AuthorizeAsync(client)).IsRedirectedError("unauthorized_client");
    }

    [Theory]
    [Trait("SR", "SR-040")]
    [InlineData("client_secret_basic", false, true)]
    [InlineData("client_secret_basic", true, false)]
    [InlineData("none", false, false)]
    public async Task Only_a_confidential_client_can_be_registered_to_do_without_pkce(string method, bool required, bool accepted)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { TokenEndpointAuthMethod = method, RequirePkce = required });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client, ("code_challenge", null), ("code_challenge_method", null));
        if (accepted) Assert.True(page.IsConsent);
        else page.IsRedirectedError("invalid_request");
    }

    [Theory]
    [Trait("SR", "SR-032")]
    [InlineData("client_id=%00")]
    [InlineData("client_id=app&state=%00")]
    [InlineData("client_id=app&state=%ff%fe")]
    [InlineData("client_id=app&state=%C0%80")]
    [InlineData("client_id=app&state=%")]
    [InlineData("client_id=app&state=%zz")]
    [InlineData("client_id=%0d%0aX-Injected:%201")]
    [InlineData("client_id=<script>alert(1)</script>")]
    [InlineData("")]
    public async Task Malformed_bytes_get_a_page(string query)
    {
        await using var provider = await Browser.StartAppAsync();
        await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.GetRawAsync("/oauth2/authorize", query);
        page.IsErrorPage();
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Null(page.Header("X-Injected"));
    }

    [Theory]
    [Trait("SR", "SR-032")]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data; boundary=x", "--x--")]
    [InlineData("application/x-www-form-urlencoded", "client_id=%00")]
    public async Task A_malformed_body_gets_a_page(string type, string body)
    {
        await using var provider = await Browser.StartAppAsync();
        using var browser = await Browser.SignedInAsync(provider);
        foreach (var path in (string[])["/oauth2/authorize", "/oauth2/authorize/consent"])
        {
            var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            (await browser.SendAsync(new(HttpMethod.Post, path) { Content = content })).IsErrorPage();
        }
        (await browser.PostAsync("/oauth2/authorize", [new("client_id", new string('x', 100_000))])).IsErrorPage();
    }

    [Fact]
    public async Task An_error_page_tells_the_operator_what_to_register()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        await browser.AuthorizeAsync(client, ("redirect_uri", "https://client.example/new\r\ncb"));
        var line = Assert.Single(provider.Logs.Lines, line => line.Event.Id == 1611);
        Assert.Contains("https://client.example/new??cb", line.Message, StringComparison.Ordinal);
        Assert.Contains("gatehouse clients update app --redirect-uri", line.Message, StringComparison.Ordinal);
    }
}
