using System.Net;

namespace Gatehouse.Server.Tests;

public sealed class LoginTests
{
    [Fact]
    public async Task A_user_signs_in_and_out()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddUserAsync();
        using var visitor = new Visitor(server);
        var signedIn = await visitor.SignInAsync();
        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (signedIn.Status, signedIn.Location));
        var account = await visitor.GetAsync("/account");
        Assert.Contains("alice", account.Html, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.SubmitAsync(account, "/account/logout")).Status);
        Assert.Equal("/account/login?ReturnUrl=%2Faccount", (await visitor.GetAsync("/account")).Location);
    }

    [Fact]
    [Trait("SR", "SR-221")]
    public async Task A_stranger_learns_nothing_from_a_refusal()
    {
        await using var server = await RunningServer.StartAsync(("Gatehouse:Throttling:FreeAttemptsPerUser", "0"));
        await server.AddUserAsync();
        var disabled = await server.AddUserAsync("bob");
        await server.WithAsync(async (UserDirectory directory) =>
        {
            await directory.DisableAsync((await directory.FindAsync(disabled.Id))!, TestContext.Current.CancellationToken);
            return true;
        });
        using var visitor = new Visitor(server);
        string[] answers =
        [
            Told(await visitor.SignInAsync("alice", "wrong password")),
            Told(await visitor.SignInAsync("nobody", "wrong password")),
            Told(await visitor.SignInAsync("bob")),
            Told(await visitor.SignInAsync("", "")),
        ];
        Assert.Single(answers.Distinct());
    }

    // The page without what each page has of its own.
    private static string Told(Page page) => page.Status + System.Text.RegularExpressions.Regex.Replace(page.Html, "nonce=\"[^\"]*\"|value=\"[^\"]*\"|data-options=\"[^\"]*\"| autofocus", "");

    [Fact]
    [Trait("SR", "SR-223")]
    public async Task Five_wrong_passwords_lock_the_account_also_when_they_come_together()
    {
        await using var server = await RunningServer.StartAsync(("Gatehouse:Throttling:FreeAttemptsPerUser", "0"));
        await server.AddUserAsync();
        var visitors = Enumerable.Range(0, 5).Select(_ => new Visitor(server)).ToList();
        await Task.WhenAll(visitors.Select(visitor => visitor.SignInAsync("alice", "wrong password")));

        Assert.Equal(HttpStatusCode.BadRequest, (await visitors[0].SignInAsync()).Status);
        visitors.ForEach(visitor => visitor.Dispose());
    }

    [Fact]
    [Trait("SR", "SR-222")]
    public async Task A_password_counts_as_it_was_typed()
    {
        await using var server = await RunningServer.StartAsync();
        var strange = " " + new string('ß', 100) + "🦆 ";
        await server.WithAsync((UserDirectory directory) => directory.ApplyAsync(new() { Username = "alice", Password = strange }, TestContext.Current.CancellationToken));
        using var visitor = new Visitor(server);
        Assert.Equal(HttpStatusCode.BadRequest, (await visitor.SignInAsync("alice", strange.Trim())).Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.SignInAsync("alice", strange)).Status);
    }

    [Theory]
    [Trait("SR", "SR-009")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task A_sign_in_leads_to_this_host_only(string returnUrl)
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddUserAsync();
        using var visitor = new Visitor(server);
        Assert.Equal("/account", (await visitor.SignInAsync(returnUrl: returnUrl)).Location);
    }

    [Fact]
    [Trait("SR", "SR-215")]
    public async Task A_form_without_its_token_does_nothing()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddUserAsync();
        using var visitor = new Visitor(server);
        var forged = await visitor.PostAsync("/account/login", new() { ["username"] = "alice", ["password"] = RunningServer.Password });
        Assert.Equal("/account/login", forged.Location);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.GetAsync("/account")).Status);

        await visitor.SignInAsync();
        await visitor.PostAsync("/account/logout", []);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/account")).Status);
    }

    [Fact]
    [Trait("SR", "SR-031")]
    public async Task Pages_cannot_be_framed_stored_or_scripted_from_elsewhere()
    {
        await using var server = await RunningServer.StartAsync();
        using var visitor = new Visitor(server);
        foreach (var path in new[] { "/", "/account/login", "/setup" })
        {
            var page = await visitor.GetAsync(path);
            Assert.Equal(("DENY", "no-store", "no-referrer", "nosniff"), (page.Header("X-Frame-Options"), page.Header("Cache-Control"), page.Header("Referrer-Policy"), page.Header("X-Content-Type-Options")));
            Assert.Contains("default-src 'none'; ", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("SR", "SR-244")]
    public async Task No_form_for_a_password_is_shown_over_plain_http_by_a_server_of_https()
    {
        await using var server = await RunningServer.StartAsync(("Gatehouse:Issuer", "https://id.example"));
        using var visitor = new Visitor(server);
        foreach (var path in new[] { "/account/login", "/setup" })
        {
            var page = await visitor.GetAsync(path);
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.DoesNotContain("<form", page.Html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("de", "Mit einem Passkey anmelden")]
    [InlineData("fr", "Se connecter avec une clé d’accès")]
    [InlineData("es", "Iniciar sesión con una llave de acceso")]
    [InlineData("zh-CN", "使用通行密钥登录")]
    [InlineData("tlh", "Sign in with a passkey")]
    public async Task Signing_in_speaks_the_users_language(string language, string says)
    {
        await using var server = await RunningServer.StartAsync();
        using var visitor = new Visitor(server) { Language = language };
        Assert.Contains(says, WebUtility.HtmlDecode((await visitor.GetAsync("/account/login")).Html), StringComparison.Ordinal);
    }
}
