using Gatehouse.Authorize;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Authorize;

/// <summary>What the app's own login page learns of the client's wishes.</summary>
public sealed class LoginRequestTests
{
    private sealed class Seen
    {
        public LoginRequest? Request { get; set; }

        public AuthenticationProperties? Challenge { get; set; }
    }

    private static async Task<(TestProvider, Seen)> StartAsync()
    {
        var seen = new Seen();
        var provider = await Browser.StartAppAsync(
            options => options.Authorize.CreateAccountPath = "/account/register",
            services => services.PostConfigure<CookieAuthenticationOptions>("app", cookie =>
            {
                var redirect = cookie.Events.OnRedirectToLogin;
                cookie.Events.OnRedirectToLogin = context =>
                {
                    seen.Challenge = context.Properties;
                    return redirect(context);
                };
            }),
            app =>
            {
                foreach (var path in (string[])[Browser.LoginPath, "/account/register"])
                    app.MapGet(path, async (HttpContext http) => seen.Request = await http.FindGatehouseLoginRequestAsync());
            });
        return (provider, seen);
    }

    [Fact]
    public async Task The_login_page_reads_the_wishes_from_its_return_url()
    {
        var (provider, seen) = await StartAsync();
        await using var running = provider;
        var client = await provider.AddClientAsync(change: client => client with { Name = "Reader <b>" });
        using var browser = new Browser(provider);
        var login = await browser.AuthorizeAsync(client, ("prompt", "login"), ("login_hint", "alice@app.example"), ("ui_locales", "fr-CA de"), ("acr_values", "urn:two urn:one"), ("display", "popup"), ("max_age", "60"));
        await browser.GetAsync(login.Location!);
        Assert.Equivalent(new LoginRequest
        {
            ClientId = "app",
            ClientName = "Reader <b>",
            LoginHint = "alice@app.example",
            UiLocales = ["fr-CA", "de"],
            AcrValues = ["urn:two", "urn:one"],
            Display = "popup",
            MustSignInAgain = true,
        }, seen.Request, strict: true);
    }

    [Fact]
    public async Task A_remote_sign_in_is_told_the_wishes_in_its_own_words()
    {
        var (provider, seen) = await StartAsync();
        await using var running = provider;
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        await browser.AuthorizeAsync(client, ("prompt", "select_account consent"), ("login_hint", "alice"), ("max_age", "60"), ("acr_values", "b a"), ("ui_locales", "de"));
        var told = seen.Challenge!;
        Assert.Equal(("select_account", TimeSpan.FromSeconds(60), "alice"), (told.GetParameter<string>("prompt"), told.GetParameter<TimeSpan?>("max_age"), told.GetParameter<string>("login_hint")));
        Assert.Equal(("b a", "de", "page"), (told.GetParameter<string>("acr_values"), told.GetParameter<string>("ui_locales"), told.GetParameter<string>("display")));
    }

    [Fact]
    public async Task A_client_may_have_registered_what_it_does_not_send()
    {
        var (provider, seen) = await StartAsync();
        await using var running = provider;
        var client = await provider.AddClientAsync(change: client => client with { DefaultMaxAge = 60, DefaultAcrValues = ["urn:two"] });
        using var browser = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromSeconds(61));
        await browser.GetAsync((await browser.AuthorizeAsync(client)).Location!);
        Assert.Equal(["urn:two"], seen.Request!.AcrValues);
        Assert.True((await browser.AuthorizeAsync(client, ("max_age", "100"))).IsConsent);
    }

    [Fact]
    public async Task A_signed_request_and_an_essential_acr_are_read_like_any_other()
    {
        var (provider, seen) = await StartAsync();
        await using var running = provider;
        using var objects = new RequestObjects();
        var client = await provider.AddClientAsync(change: objects.Register);
        using var browser = new Browser(provider);
        var request = objects.Sign(RequestObjects.Claims(client, ("prompt", "login"), ("login_hint", "alice"), ("ui_locales", "de"),
            ("claims", System.Text.Json.Nodes.JsonNode.Parse("""{"id_token":{"acr":{"essential":true,"values":["urn:gold"]}}}"""))));
        await browser.GetAsync((await browser.GetAsync($"/oauth2/authorize?client_id=app&request={request}&login_hint=mallory&ui_locales=fr")).Location!);
        Assert.Equal(("alice", "de", "urn:gold", true), (seen.Request!.LoginHint, seen.Request.UiLocales.Single(), seen.Request.AcrValues.Single(), seen.Request.MustSignInAgain));
    }

    [Fact]
    public async Task The_page_that_makes_accounts_reads_them_too()
    {
        var (provider, seen) = await StartAsync();
        await using var running = provider;
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        await browser.GetAsync((await browser.AuthorizeAsync(client, ("prompt", "create"), ("login_hint", "carol"))).Location!);
        Assert.Equal((true, "carol", "app"), (seen.Request!.CreateAccount, seen.Request.LoginHint, seen.Request.ClientName));
    }

    [Theory]
    [Trait("SR", "SR-032")]
    [InlineData("")]
    [InlineData("?ReturnUrl=")]
    [InlineData("?ReturnUrl=/notes")]
    [InlineData("?ReturnUrl=/oauth2/authorize")]
    [InlineData("?ReturnUrl=/oauth2/authorize?client_id=nobody")]
    [InlineData("?ReturnUrl=/notes?client_id=app")]
    [InlineData("?ReturnUrl=https://evil.example/oauth2/authorize?client_id=app")]
    [InlineData("?ReturnUrl=//evil.example/oauth2/authorize?client_id=app")]
    [InlineData("?ReturnUrl=/oauth2/authorize?client_id=app%26client_id=app")]
    [InlineData("?ReturnUrl=/oauth2/authorize?client_id=app%26prompt=sometimes")]
    [InlineData("?ReturnUrl=/oauth2/authorize?client_id=app%2525%26x=%25FF")]
    [InlineData("?ReturnUrl=/a&ReturnUrl=/b")]
    public async Task A_return_url_that_is_no_request_is_none(string query)
    {
        var (provider, seen) = await StartAsync();
        await using var running = provider;
        await provider.AddClientAsync();
        using var browser = new Browser(provider);
        Assert.Equal(200, (await browser.GetAsync(Browser.LoginPath + query)).Status);
        Assert.Null(seen.Request);
    }

    [Theory]
    [Trait("SR", "SR-032")]
    [InlineData("login_hint", "a\nb")]
    [InlineData("ui_locales", "<script> ../../etc 12345678901234567890 x-")]
    [InlineData("display", "<script>")]
    [InlineData("acr_values", " ")]
    public async Task A_hostile_wish_is_no_wish_and_no_error(string name, string value)
    {
        var (provider, seen) = await StartAsync();
        await using var running = provider;
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        await browser.GetAsync((await browser.AuthorizeAsync(client, (name, value))).Location!);
        Assert.Equivalent(new LoginRequest { ClientId = "app", ClientName = "app" }, seen.Request, strict: true);
        await browser.SignInAsync();
        Assert.True((await browser.AuthorizeAsync(client, (name, value))).IsConsent);
    }

    [Fact]
    [Trait("SR", "SR-032")]
    public async Task Wishes_are_not_endless()
    {
        var (provider, seen) = await StartAsync();
        await using var running = provider;
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        await browser.GetAsync((await browser.AuthorizeAsync(client,
            ("login_hint", new string('a', 256)), ("ui_locales", string.Join(' ', Enumerable.Range(10, 50).Select(i => $"x-{i}"))), ("acr_values", string.Join(' ', Enumerable.Range(0, 50))))).Location!);
        Assert.Equal((null, 10, 10), (seen.Request!.LoginHint, seen.Request.UiLocales.Count, seen.Request.AcrValues.Count));
    }
}
