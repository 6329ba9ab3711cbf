using System.Net;
using System.Security.Claims;
using Gatehouse.Bearer;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Bearer;

/// <summary>The seed's mixed policy: a bearer header selects the token, otherwise it is the app's cookie.</summary>
public sealed class BearerOrCookieTests
{
    private static readonly (string, string) Html = ("Accept", "text/html,application/xhtml+xml");

    internal static void Sign(WebApplication app, string? scheme = null) => app.MapPost("/sign-in/{name}", (string name, HttpContext http) =>
        http.SignInAsync(scheme, new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "cookie-" + name), new(ClaimTypes.Name, name)], "app"))));

    private static Task<TestProvider> StartAsync() => TestProvider.StartAsync(
        services: services => services.AddAuthentication("Cookies").AddCookie("Cookies", options => options.LoginPath = "/login"),
        map: app =>
        {
            Api.Map(app);
            Sign(app);
            app.MapGet("/page", (HttpContext http) => http.Response.WriteAsync("page")).RequireAuthorization();
            app.MapGet("/page/admin", (HttpContext http) => http.Response.WriteAsync("admin")).RequireAuthorization(policy => policy.RequireRole("admin"));
            app.MapGet("/api/json", () => new { Answer = 42 }).RequireAuthorization();
        });

    internal static async Task<(string, string)> CookieAsync(TestProvider provider, string name = "bob")
    {
        var response = await provider.CallAsync("POST", "/sign-in/" + name);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return ("Cookie", response.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    [Fact]
    public async Task A_token_is_its_user_and_without_one_the_cookie_is()
    {
        await using var provider = await StartAsync();
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;
        var cookie = await CookieAsync(provider);

        Assert.StartsWith("Gatehouse:alice\nsub=1", await (await provider.CallAsync("GET", "/me", token, cookie)).TextAsync(), StringComparison.Ordinal);
        Assert.StartsWith("app:bob", await (await provider.CallAsync("GET", "/me", null, cookie)).TextAsync(), StringComparison.Ordinal);
        Assert.StartsWith("app:bob", await (await provider.CallAsync("GET", "/me", null, cookie, ("Authorization", "Basic YTpi"))).TextAsync(), StringComparison.Ordinal);
    }

    [Theory, InlineData("abc", 401), InlineData("a b", 400)]
    public async Task A_bad_token_does_not_fall_back_to_the_cookie(string token, int status)
    {
        await using var provider = await StartAsync();
        var cookie = await CookieAsync(provider);

        var api = await provider.CallAsync("GET", "/me", token, cookie);
        var page = await provider.CallAsync("GET", "/page", token, cookie, Html);

        Assert.Equal((status, status), ((int)api.StatusCode, (int)page.StatusCode));
        Assert.Contains("error=\"invalid_", api.Challenge(), StringComparison.Ordinal);
        Assert.Equal("nobody", await (await provider.CallAsync("GET", "/any", token, cookie)).TextAsync());
    }

    [Fact]
    public async Task Who_is_not_signed_in_gets_401_as_a_program_and_the_login_page_as_a_reader()
    {
        await using var provider = await StartAsync();

        var program = await provider.CallAsync("GET", "/page");
        var fetch = await provider.CallAsync("GET", "/page", null, Html, ("Sec-Fetch-Mode", "cors"));
        var xhr = await provider.CallAsync("GET", "/page", null, Html, ("X-Requested-With", "XMLHttpRequest"));
        var json = await provider.CallAsync("GET", "/api/json", null, Html);
        var reader = await provider.CallAsync("GET", "/page", null, Html);
        var navigation = await provider.CallAsync("GET", "/page", null, Html, ("Sec-Fetch-Mode", "navigate"));

        Assert.All([program, fetch, xhr, json], response => Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"gatehouse\""), (response.StatusCode, response.Challenge())));
        Assert.All([reader, navigation], response => Assert.Equal("/login?ReturnUrl=%2Fpage", response.Headers.Location?.PathAndQuery));
    }

    [Fact]
    public async Task Who_may_not_gets_403_as_a_program_and_the_apps_page_as_a_reader()
    {
        await using var provider = await StartAsync();
        var cookie = await CookieAsync(provider);

        var program = await provider.CallAsync("GET", "/page/admin", null, cookie);
        var reader = await provider.CallAsync("GET", "/page/admin", null, cookie, Html);

        Assert.Equal((HttpStatusCode.Forbidden, ""), (program.StatusCode, program.Challenge()));
        Assert.Equal("/Account/AccessDenied", reader.Headers.Location?.AbsolutePath);
    }

    [Fact]
    public async Task Scopes_do_not_limit_a_user_who_is_here_in_person()
    {
        await using var provider = await StartAsync();

        Assert.Equal("written", await (await provider.CallAsync("POST", "/write", null, await CookieAsync(provider))).TextAsync());
    }

    [Fact]
    public async Task Signing_out_goes_to_whichever_was_presented()
    {
        await using var provider = await StartAsync();
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;
        var cookie = await CookieAsync(provider);

        var withToken = await provider.CallAsync("POST", "/sign-out", token, cookie);
        var withCookie = await provider.CallAsync("POST", "/sign-out", null, cookie);

        Assert.False(withToken.Headers.Contains("Set-Cookie"), "The cookie was not what was presented.");
        Assert.Contains("expires=Thu, 01 Jan 1970", withCookie.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await provider.CallAsync("GET", "/me", token)).StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false), InlineData("Sec-Fetch-Site", "same-origin", true), InlineData("Sec-Fetch-Site", "same-site", true), InlineData("Sec-Fetch-Site", "none", true), InlineData("Sec-Fetch-Site", "strange", false)]
    [InlineData("Origin", "https://evil.example", false), InlineData("Origin", "null", false), InlineData("Origin", "https://app.example.evil.example", false), InlineData("Origin", "https://app.example:444", false)]
    [InlineData("Origin", "https://app.example", true), InlineData("Origin", "HTTPS://APP.EXAMPLE:443", true), InlineData("X-Nothing", "from no browser", true)]
    public async Task An_unsafe_request_of_another_site_is_anonymous_though_the_cookie_came_along(string header, string value, bool believed)
    {
        await using var provider = await StartAsync();
        var cookie = await CookieAsync(provider);

        Assert.Equal(believed ? "somebody" : "nobody", await (await provider.CallAsync("POST", "/any", null, cookie, (header, value))).TextAsync());
        Assert.Equal(believed ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, (await provider.CallAsync("POST", "/write", null, cookie, (header, value))).StatusCode);
        Assert.Equal("somebody", await (await provider.CallAsync("GET", "/any", null, cookie, (header, value))).TextAsync());
        Assert.Equal(!believed, provider.Logs.Lines.Any(line => line.Event.Id == 1511));
    }

    [Fact]
    public async Task A_token_of_another_site_is_believed_because_no_browser_attaches_one_by_itself()
    {
        await using var provider = await StartAsync();
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        Assert.Equal("written", await (await provider.CallAsync("POST", "/write", token, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://spa.example"))).TextAsync());
    }

    [Fact]
    public async Task Behind_a_proxy_that_took_the_tls_off_the_origin_is_still_our_own()
    {
        await using var provider = await StartAsync();
        var cookie = await CookieAsync(provider);

        Assert.Equal("somebody", await (await provider.CallAsync("POST", "http://app.example/any", null, cookie, ("Origin", "https://app.example"))).TextAsync());
    }
}
