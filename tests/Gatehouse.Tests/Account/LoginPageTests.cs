using System.Net;
using System.Security.Claims;
using System.Text.RegularExpressions;
using Gatehouse.Account;
using Gatehouse.Pages;
using Gatehouse.Tests.Authorize;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Account;

/// <summary>The login page of the package, in an app that has users and no login of its own.</summary>
public sealed partial class LoginPageTests
{
    private static Task<Page> SubmitAsync(Browser browser, Page login, string userName = "alice", string password = "wonderland", params IEnumerable<KeyValuePair<string, string>> more) =>
        browser.PostAsync(login.FormAction, [.. login.HiddenFields, new("username", userName), new("password", password), .. more]);

    private static async Task<Page> LoginPageAsync(Browser browser, TestClient client, params (string, string?)[] changes)
    {
        var challenge = await browser.AuthorizeAsync(client, changes);
        Assert.Equal(302, challenge.Status);
        var url = new Uri(challenge.Location!);
        Assert.Equal("/oauth2/login", url.AbsolutePath);
        return await browser.GetAsync(url.PathAndQuery);
    }

    [Fact]
    [Trait("SR", "SR-030"), Trait("SR", "SR-031"), Trait("SR", "SR-219")]
    public async Task A_user_signs_in_consents_and_the_client_gets_a_code()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync(change: client => client with { Name = "Reader" });
        using var browser = new Browser(provider);
        var login = await LoginPageAsync(browser, client);
        Assert.Equal(200, login.Status);
        Assert.Contains("to continue to Reader", login.Text, StringComparison.Ordinal);
        Assert.Contains("; form-action 'self' https://client.example; frame-ancestors 'none';", login.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal(("DENY", "no-referrer", "no-store"), (login.Header("X-Frame-Options"), login.Header("Referrer-Policy"), login.Header("Cache-Control")));

        var back = await SubmitAsync(browser, login);
        Assert.Equal(303, back.Status);
        var consent = await browser.GetAsync(back.Location!);
        Assert.Contains("alice", consent.Text, StringComparison.Ordinal);
        var tokens = await client.RedeemAsync((await browser.AllowAsync(consent)).Code);
        Assert.Equal("1", (await client.IntrospectAsync(tokens.AccessToken)).Member("sub"));
    }

    [Fact]
    [Trait("SR", "SR-210"), Trait("SR", "SR-211")]
    public async Task The_cookie_is_hard_to_steal_and_new_each_time()
    {
        await using var provider = await TestProvider.StartAsync();
        using var browser = new Browser(provider);
        var login = await browser.GetAsync("/oauth2/login");
        Assert.Matches("^__Host-gatehouse-browser=[A-Za-z0-9_-]{43}; path=/; secure; samesite=lax; httponly$", login.Header("Set-Cookie"));
        var first = (await SubmitAsync(browser, login)).Header("Set-Cookie")!;
        Assert.Matches("^__Host-gatehouse=[^;]+; path=/; secure; samesite=lax; httponly$", first);
        Assert.InRange(first.Length, 1, 4095);
        var second = (await SubmitAsync(browser, await browser.GetAsync("/oauth2/login"))).Header("Set-Cookie");
        Assert.NotEqual(first, second);
    }

    [Theory]
    [Trait("SR", "SR-221")]
    [InlineData("alice", "wr0ng")]
    [InlineData("nobody", "wonderland")]
    [InlineData("locked", "right")]
    [InlineData("alice", "")]
    public async Task Whatever_is_wrong_the_answer_is_the_same(string userName, string password)
    {
        await using var provider = await TestProvider.StartAsync(services: services => services.AddScoped<IUserAuthenticator, Locking>());
        using var browser = new Browser(provider);
        var login = await browser.GetAsync("/oauth2/login");
        var reference = await SubmitAsync(browser, login, "bob", "wr0ng");
        var answer = await SubmitAsync(browser, login, userName, password);
        Assert.Equal((400, 400), (reference.Status, answer.Status));
        Assert.Equal(Normal(reference.Body, "bob"), Normal(answer.Body, userName));
        Assert.Null(answer.Header("Set-Cookie"));
        Assert.Matches("<p class=\"gh-problem\" role=\"alert\" id=\"problem\">The user name or the password is wrong.</p>", answer.Body);
        Assert.DoesNotContain(password.Length == 0 ? "\0" : password, answer.Body, StringComparison.Ordinal);
    }

    private static string Normal(string body, string userName) => Varying().Replace(body, "").Replace($"value=\"{userName}\"", "", StringComparison.Ordinal);

    [Theory]
    [Trait("SR", "SR-222")]
    [InlineData(" wonderland ")]
    [InlineData("Wonderland")]
    [InlineData("pässwörd 密码 \u0301 %20+&=")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    public async Task A_password_is_checked_exactly_as_it_was_typed(string password)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.Users.ByName["carol"] = (password, "3");
        using var browser = new Browser(provider);
        var login = await browser.GetAsync("/oauth2/login");
        Assert.Equal(400, (await SubmitAsync(browser, login, "carol", password.Trim() == password ? password + " " : password.Trim())).Status);
        Assert.Equal(400, (await SubmitAsync(browser, login, "carol", password[..^1])).Status);
        Assert.Equal(303, (await SubmitAsync(browser, login, "carol", password)).Status);
    }

    [Fact]
    [Trait("SR", "SR-223")]
    public async Task Failures_of_the_password_grant_and_of_the_page_are_counted_together()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Throttling.FreeAttemptsPerUser = 3);
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var login = await browser.GetAsync("/oauth2/login");
        (await client.TokenAsync(("grant_type", "password"), ("username", "alice"), ("password", "wrong"))).IsRefused(400, "invalid_grant");
        Assert.Equal(400, (await SubmitAsync(browser, login, password: "wrong")).Status);
        Assert.Equal(400, (await SubmitAsync(browser, login, "ALICE", "wrong")).Status);
        var checks = provider.Users.Checks;
        var waiting = await SubmitAsync(browser, login);
        Assert.Equal((429, "1"), (waiting.Status, waiting.Header("Retry-After")));
        Assert.Contains("Too many attempts. Please try again in 1 second.", waiting.Text, StringComparison.Ordinal);
        (await client.PasswordAsync()).IsRefused(429, "temporarily_unavailable");
        Assert.Equal(checks, provider.Users.Checks);
        provider.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(303, (await SubmitAsync(browser, login)).Status);
    }

    [Fact]
    [Trait("SR", "SR-215")]
    public async Task A_form_that_another_browser_got_signs_nobody_in()
    {
        await using var provider = await TestProvider.StartAsync();
        using var attacker = new Browser(provider);
        using var victim = new Browser(provider);
        var login = await attacker.GetAsync("/oauth2/login");
        foreach (var forged in new[] { await SubmitAsync(victim, login), await victim.PostAsync("/oauth2/login", [new("username", "alice"), new("password", "wonderland")]) })
        {
            Assert.Equal(400, forged.Status);
            Assert.Contains("This page was open for too long", forged.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("__Host-gatehouse=", forged.Header("Set-Cookie") ?? "", StringComparison.Ordinal);
        }
        Assert.Equal(0, provider.Users.Checks);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1644);
    }

    [Fact]
    public async Task A_second_tab_does_not_make_the_first_one_useless()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var first = await LoginPageAsync(browser, client, ("state", "1"));
        var second = await LoginPageAsync(browser, client, ("state", "2"));
        var consent = await browser.GetAsync((await SubmitAsync(browser, second)).Location!);
        Assert.Equal("2", (await browser.AllowAsync(consent)).Answer["state"]);
        // Signed in meanwhile, as somebody or other: who fills in the form means it.
        Assert.Equal("1", (await browser.GetAsync((await SubmitAsync(browser, first)).Location!)).Answer["state"]);
        // And who presses Back sees that it is done.
        Assert.Equal("1", (await browser.GetAsync((await browser.GetAsync("/oauth2/login?ReturnUrl=" + Uri.EscapeDataString(Browser.Url(client, ("state", "1"))))).Location!)).Answer["state"]);
    }

    [Theory]
    [Trait("SR", "SR-009")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/\t/evil.example/")]
    [InlineData("\\\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData("/a\r\nSet-Cookie: x=1")]
    [InlineData("/ä")]
    [InlineData("")]
    public async Task Nobody_is_sent_elsewhere_after_signing_in(string returnUrl)
    {
        await using var provider = await TestProvider.StartAsync();
        using var browser = new Browser(provider);
        var login = await browser.GetAsync("/oauth2/login?ReturnUrl=" + Uri.EscapeDataString(returnUrl));
        Assert.Equal("/", (await SubmitAsync(browser, login)).Location);
        var tampered = await browser.PostAsync("/oauth2/login", [login.HiddenFields.Single(field => field.Key == "form_token"), new("ReturnUrl", returnUrl), new("username", "alice"), new("password", "wonderland")]);
        Assert.Equal("/", tampered.Location);
    }

    [Fact]
    public async Task A_user_who_must_sign_in_again_sees_as_whom_they_are_signed_in()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        await SubmitAsync(browser, await LoginPageAsync(browser, client));
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        var again = await LoginPageAsync(browser, client, ("prompt", "login"));
        Assert.Contains("You are signed in as alice. Please sign in again to continue.", again.Text, StringComparison.Ordinal);
        provider.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True((await browser.GetAsync((await SubmitAsync(browser, again, "bob", "looking-glass")).Location!)).IsConsent);
    }

    [Theory]
    [Trait("SR", "SR-032")]
    [InlineData("alice@example.com", "alice@example.com")]
    [InlineData("\"><script>alert(1)</script>", "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;")]
    public async Task The_clients_hint_is_put_into_the_form_as_text(string hint, string html)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync(change: client => client with { Name = hint });
        using var browser = new Browser(provider);
        var login = await LoginPageAsync(browser, client, ("login_hint", hint), ("ui_locales", "fr"));
        Assert.Contains($"name=\"username\" type=\"text\" value=\"{html}\" autocomplete=\"username\"", login.Body, StringComparison.Ordinal);
        Assert.Contains($"<bdi class=\"gh-client\">{html}</bdi>", login.Body, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"fr\"", login.Body, StringComparison.Ordinal);
        Assert.Contains("Mot de passe", (await SubmitAsync(browser, login, password: "wrong")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_apps_pages_for_accounts_are_linked_and_come_back()
    {
        await using var provider = await TestProvider.StartAsync(options => (options.Login.ForgotPasswordPath, options.Authorize.CreateAccountPath) = ("/forgot", "/register"));
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var body = WebUtility.HtmlDecode((await LoginPageAsync(browser, client)).Body);
        Assert.Contains("<a href=\"/forgot?ReturnUrl=%2Foauth2%2Fauthorize", body, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/register?ReturnUrl=%2Foauth2%2Fauthorize", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_with_a_login_of_its_own_keeps_it()
    {
        await using var provider = await Browser.StartAppAsync();
        using var browser = new Browser(provider);
        Assert.Equal(404, (await browser.GetAsync("/oauth2/login")).Status);
        Assert.Equal(Browser.LoginPath, new Uri((await browser.AuthorizeAsync(await provider.AddClientAsync())).Location!).AbsolutePath);
    }

    [Fact]
    public async Task The_apps_api_takes_the_cookie_only_where_the_app_says_so()
    {
        static void Map(WebApplication app) => app.MapGet("/me", (ClaimsPrincipal user) => user.Identity!.Name).RequireAuthorization();
        await using (var tokensOnly = await TestProvider.StartAsync(map: Map))
        {
            using var browser = new Browser(tokensOnly);
            await SubmitAsync(browser, await browser.GetAsync("/oauth2/login"));
            Assert.Equal(401, (await browser.GetAsync("/me")).Status);
        }
        await using var both = await TestProvider.StartAsync(options => options.UserScheme = GatehouseAuthentication.Cookie, map: Map);
        using var user = new Browser(both);
        var request = new HttpRequestMessage(HttpMethod.Get, "/me") { Headers = { { "Sec-Fetch-Mode", "navigate" } } };
        var login = await user.GetAsync(new Uri((await user.SendAsync(request)).Location!).PathAndQuery);
        Assert.Equal("/me", (await SubmitAsync(user, login)).Location);
        Assert.Equal("alice", (await user.GetAsync("/me")).Body);
    }

    [Fact]
    public async Task The_app_replaces_the_page_at_its_path_or_by_a_component()
    {
        await using (var path = await TestProvider.StartAsync(map: app => app.MapGet("/oauth2/login", () => "ours")))
            Assert.Equal("ours", await path.Http.GetStringAsync("/oauth2/login", TestContext.Current.CancellationToken));
        await using var component = await TestProvider.StartAsync(options => options.Pages.Login = typeof(OwnLogin));
        Assert.Equal("<p>none</p>", await component.Http.GetStringAsync("/oauth2/login", TestContext.Current.CancellationToken));
    }

    [Fact]
    [Trait("SR", "SR-225"), Trait("SR", "SR-226")]
    public async Task An_outage_gets_a_page_and_nothing_that_was_typed_is_logged()
    {
        await using var provider = await TestProvider.StartAsync(services: services => services.AddScoped<IUserAuthenticator, Broken>());
        using var browser = new Browser(provider);
        var answer = await SubmitAsync(browser, await browser.GetAsync("/oauth2/login"), "typed-name", "typed-password");
        answer.IsErrorPage(503);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1645);
        Assert.DoesNotContain(provider.Logs.Lines, line => line.Message.Contains("typed-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("username=a&username=b&password=c")]
    [InlineData("username=%FF&password=c")]
    public async Task A_form_that_no_page_of_ours_sends_gets_the_error_page(string form)
    {
        await using var provider = await TestProvider.StartAsync();
        using var browser = new Browser(provider);
        var answer = await browser.SendAsync(new(HttpMethod.Post, "/oauth2/login") { Content = new StringContent(form, null, "application/x-www-form-urlencoded") });
        answer.IsErrorPage();
    }

    [Fact]
    public void The_principal_says_who_it_is_and_how_they_proved_it()
    {
        var plain = LoginPrincipal.Of(UserAuthentication.Success("1"), "alice", "sub");
        Assert.Equal(("1", "alice", "pwd"), (plain.FindFirstValue("sub"), plain.Identity!.Name, plain.FindFirstValue("amr")));
        var rich = LoginPrincipal.Of(UserAuthentication.Success("1", new Claim("name", "Alice L."), new Claim("sub", "2"), new Claim("amr", "ldap"), new Claim(ClaimTypes.Role, "admin")), "alice", "sub");
        Assert.Equal(("1", "Alice L.", true), (rich.FindAll("sub").Single().Value, rich.Identity!.Name, rich.IsInRole("admin")));
        Assert.Equal(["ldap"], rich.FindAll("amr").Select(claim => claim.Value));
    }

    [GeneratedRegex("nonce=\"[0-9a-f]+\"|value=\"[A-Za-z0-9_-]{80,}\"")]
    private static partial Regex Varying();

    private sealed class Locking(TestUsers users) : IUserAuthenticator
    {
        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) =>
            userName == "locked" ? new(UserAuthentication.Refused(UserRefusal.LockedOut)) : new TestAuthenticator(users).AuthenticateAsync(userName, password, ct);
    }

    private sealed class Broken : IUserAuthenticator
    {
        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) => throw new TimeoutException("The directory does not answer.");
    }

    private sealed class OwnLogin : Microsoft.AspNetCore.Components.ComponentBase
    {
        [Microsoft.AspNetCore.Components.Parameter] public LoginModel Model { get; set; } = default!;

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) => builder.AddMarkupContent(0, $"<p>{Model.SignedInAs ?? "none"}</p>");
    }
}
