using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Bearer;

/// <summary><c>RequireAuthorization()</c> without a scheme, whatever the app registered and when.</summary>
public sealed class SchemeSelectionTests
{
    private static Task<TestProvider> StartAsync(Action<AuthenticationBuilder>? add, Action<AuthenticationOptions>? set = null, Action<GatehouseOptions>? gatehouse = null, string? signIn = null) =>
        TestProvider.StartAsync(gatehouse, services => add?.Invoke(services.AddAuthentication(set ?? (_ => { }))), app =>
        {
            Api.Map(app);
            if (signIn is not null) BearerOrCookieTests.Sign(app, signIn);
        });

    private static async Task<(string? Default, AppSchemes App)> SchemesAsync(TestProvider provider) =>
        ((await provider.Get<IAuthenticationSchemeProvider>().GetDefaultAuthenticateSchemeAsync())?.Name, provider.Get<AppSchemes>());

    [Fact]
    public async Task An_app_without_any_scheme_gets_bearer_tokens()
    {
        await using var provider = await StartAsync(null);
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        // The login page signs in to our pages only; the default takes tokens.
        Assert.Equal(("Gatehouse", new AppSchemes("GatehouseCookie", "GatehouseCookie", "GatehouseCookie", "GatehouseCookie")), await SchemesAsync(provider));
        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/me", token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await provider.CallAsync("GET", "/me", null, ("Accept", "text/html"))).StatusCode);
    }

    [Fact]
    public async Task A_single_cookie_scheme_is_the_apps_even_if_it_is_not_named_as_default()
    {
        await using var provider = await StartAsync(app => app.AddCookie("only"), signIn: "only");

        Assert.Equal(("GatehouseOrCookie", new AppSchemes("only", "only", "only", "only")), await SchemesAsync(provider));
        Assert.StartsWith("app:bob", await (await provider.CallAsync("GET", "/me", null, await BearerOrCookieTests.CookieAsync(provider))).TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_cookie_schemes_the_default_one_is_the_apps()
    {
        await using var provider = await StartAsync(app => app.AddCookie("first").AddCookie("second"), options => options.DefaultScheme = "second");

        Assert.Equal(("GatehouseOrCookie", new AppSchemes("second", "second", "second", "second")), await SchemesAsync(provider));
    }

    [Fact]
    public async Task Of_several_cookie_schemes_without_a_default_the_first_is_the_apps()
    {
        await using var provider = await StartAsync(app => app.AddCookie("first").AddCookie("second"));

        Assert.Equal(("GatehouseOrCookie", "first"), (await SchemesAsync(provider)) is var (name, app) ? (name, app.Authenticate) : default);
    }

    [Fact]
    public async Task An_external_login_keeps_its_challenge_and_its_temporary_cookie()
    {
        await using var provider = await StartAsync(app => app.AddCookie("user").AddCookie("external").AddScheme<AuthenticationSchemeOptions, Deaf>("oidc", null), options =>
            (options.DefaultScheme, options.DefaultSignInScheme, options.DefaultChallengeScheme) = ("user", "external", "oidc"));

        Assert.Equal(("GatehouseOrCookie", new AppSchemes("user", "oidc", "oidc", "user")), await SchemesAsync(provider));
        Assert.Equal("external", (await provider.Get<IAuthenticationSchemeProvider>().GetDefaultSignInSchemeAsync())?.Name);
    }

    [Fact]
    public async Task A_default_that_is_no_cookie_stays_and_the_operator_hears_of_it()
    {
        await using var provider = await StartAsync(app => app.AddScheme<AuthenticationSchemeOptions, Deaf>("jwt", null).AddCookie("cookie"), options => options.DefaultScheme = "jwt");

        Assert.Equal("jwt", (await SchemesAsync(provider)).Default);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1590 && line.Message.Contains("'jwt'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_named_user_scheme_wins_over_all_of_them()
    {
        await using var provider = await StartAsync(app => app.AddScheme<AuthenticationSchemeOptions, Deaf>("windows", null).AddCookie("cookie"), options => options.DefaultScheme = "cookie", options => options.UserScheme = "windows");

        Assert.Equal(("GatehouseOrCookie", "windows"), (await SchemesAsync(provider)) is var (name, app) ? (name, app.Authenticate) : default);
    }

    [Fact]
    public async Task Switched_off_the_apps_schemes_stay_as_they_were()
    {
        await using var named = await StartAsync(app => app.AddCookie("first").AddCookie("second"), options => options.DefaultScheme = "second", options => options.UseAsDefaultScheme = false);
        await using var only = await StartAsync(app => app.AddCookie("only"), null, options => options.UseAsDefaultScheme = false, signIn: "only");
        await using var none = await StartAsync(null, null, options => options.UseAsDefaultScheme = false);

        Assert.Equal("second", (await SchemesAsync(named)).Default);
        // The framework takes the only scheme there is; ours beside it must not change that.
        Assert.Equal("only", (await SchemesAsync(only)).Default);
        Assert.Null((await SchemesAsync(none)).Default);
        Assert.StartsWith("app:bob", await (await only.CallAsync("GET", "/me", null, await BearerOrCookieTests.CookieAsync(only))).TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scheme_can_be_named_where_it_is_wanted()
    {
        await using var provider = await TestProvider.StartAsync(
            options => options.UseAsDefaultScheme = false,
            services => services.AddAuthentication().AddCookie("only"),
            app =>
            {
                BearerOrCookieTests.Sign(app, GatehouseAuthentication.SchemeOrCookie);
                app.MapGet("/bearer", (ClaimsPrincipal user) => Api.Describe(user)).RequireAuthorization(policy => policy.AddAuthenticationSchemes(GatehouseAuthentication.Scheme).RequireScope("notes.read"));
                app.MapGet("/both", (ClaimsPrincipal user) => Api.Describe(user)).RequireAuthorization(policy => policy.AddAuthenticationSchemes(GatehouseAuthentication.SchemeOrCookie).RequireScope("notes.read"));
            });
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;
        var cookie = await BearerOrCookieTests.CookieAsync(provider);

        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/bearer", token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await provider.CallAsync("GET", "/bearer", null, cookie)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/both", token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/both", null, cookie)).StatusCode);
    }

    /// <summary>Any scheme that is not a cookie.</summary>
    private sealed class Deaf(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
