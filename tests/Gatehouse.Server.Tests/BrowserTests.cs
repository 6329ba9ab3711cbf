using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.EndToEnd.Consent;
using Microsoft.Playwright;

namespace Gatehouse.Server.Tests;

/// <summary>A real browser: only a real one holds a page to its content security policy, and only a real one has passkeys.</summary>
[Collection(InBrowser.Name)]
public sealed class BrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static async Task<(IPage Page, List<string> Complaints)> OpenAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        return (page, complaints);
    }

    private static Task IsAtAsync(IPage page, string path) => Assertions.Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(path) + "$"));

    private static async Task TypeAsync(IPage page, params string[] keys)
    {
        foreach (var key in keys)
            if (key is "Tab" or "Enter") await page.Keyboard.PressAsync(key);
            else await page.Keyboard.TypeAsync(key);
    }

    [Fact]
    public async Task Password_and_code_need_no_mouse()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddUserAsync();
        await using var context = await chromium.NewContextAsync();
        var (page, complaints) = await OpenAsync(context);
        await page.GotoAsync(server.Url + "/account");
        await Assertions.Expect(page.GetByLabel("User name")).ToBeFocusedAsync();
        await TypeAsync(page, "alice", "Tab", RunningServer.Password, "Enter");
        await IsAtAsync(page, "/account");

        await page.GetByRole(AriaRole.Link, new() { Name = "Set up" }).FocusAsync();
        await TypeAsync(page, "Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).FocusAsync();
        await TypeAsync(page, "Enter");
        var app = new AuthenticatorApp(await page.Locator("code").First.InnerTextAsync());
        await Assertions.Expect(page.GetByLabel("Code")).ToBeFocusedAsync();
        await TypeAsync(page, app.Code(), "Enter");
        await Assertions.Expect(page.Locator("li code")).ToHaveCountAsync(10);

        await page.GotoAsync(server.Url + "/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).FocusAsync();
        await TypeAsync(page, "Enter");
        await IsAtAsync(page, server.Url + "/");
        await page.GotoAsync(server.Url + "/account");
        await Assertions.Expect(page.GetByLabel("User name")).ToBeFocusedAsync();
        await TypeAsync(page, "alice", "Tab", RunningServer.Password, "Enter");
        await Assertions.Expect(page.GetByLabel("Code from your authenticator app")).ToBeFocusedAsync();
        await TypeAsync(page, app.Code(steps: 1), "Enter");
        await IsAtAsync(page, "/account");
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_passkey_signs_in_without_a_name(string scheme)
    {
        await using var server = await RunningServer.StartAsync(scheme);
        var alice = await server.AddUserAsync();
        await using var context = await chromium.NewContextAsync();
        var (page, complaints) = await OpenAsync(context);
        await AddAuthenticatorAsync(context, page);

        await page.GotoAsync(server.Url + "/account/passkeys");
        await page.GetByLabel("User name").FillAsync("alice");
        await page.GetByLabel("Password").FillAsync(RunningServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.GetByLabel("What to call it, for example: my phone").FillAsync("<b>My phone</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "<b>My phone</b>" })).ToBeVisibleAsync();

        await page.GotoAsync(server.Url + "/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await IsAtAsync(page, server.Url + "/");
        await page.GotoAsync(server.Url + "/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await IsAtAsync(page, "/account");
        await Assertions.Expect(page.GetByText("alice")).ToBeVisibleAsync();
        Assert.Empty(complaints);

        var session = (await server.WithAsync(async (Sessions.GatehouseSessions sessions) => await sessions.ListAsync(alice.Id, TestContext.Current.CancellationToken)))[0];
        Assert.Equal(("phrh", "hwk user mfa"), (session.Acr, string.Join(' ', session.Amr)));

        await page.GotoAsync(server.Url + "/account/passkeys");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove <b>My phone</b>" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "<b>My phone</b>" })).ToHaveCountAsync(0);
        await page.GotoAsync(server.Url + "/account/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await IsAtAsync(page, "/account/login?ReturnUrl=%2Faccount");
    }

    [Fact]
    public async Task Without_script_the_password_does()
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddUserAsync();
        await using var context = await chromium.NewContextAsync(javaScript: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Url + "/account/login");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeHiddenAsync();
        await page.GetByLabel("User name").FillAsync("alice");
        await page.GetByLabel("Password").FillAsync(RunningServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await IsAtAsync(page, "/account");
    }

    [Fact]
    public async Task The_first_start_ends_at_the_administrators_account()
    {
        await using var server = await RunningServer.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var (page, complaints) = await OpenAsync(context);
        await page.GotoAsync(server.Url + await server.SetupLinkAsync());
        await page.GetByLabel("User name").FillAsync("root");
        await page.GetByLabel("Password, at least 8 characters").FillAsync(RunningServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await IsAtAsync(page, "/account");
        await page.GetByRole(AriaRole.Link, new() { Name = "Users" }).ClickAsync();
        await page.GetByLabel("User name").FillAsync("alice");
        await page.GetByLabel("Password, at least 8 characters").FillAsync(RunningServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable alice" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Enable alice" })).ToBeVisibleAsync();
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task Pages_are_readable_on_every_screen(int width, ColorScheme scheme)
    {
        await using var server = await RunningServer.StartAsync();
        await server.AddUserAsync("root", administrator: true);
        await server.AddUserAsync();
        await using var context = await chromium.NewContextAsync(width, scheme);
        var page = await context.NewPageAsync();
        async Task LookAsync(string name)
        {
            await ServerReadability.CheckAsync(page);
            await ServerReadability.PhotographAsync(page, "server-" + name, width, scheme);
        }

        await AddAuthenticatorAsync(context, page);
        await page.GotoAsync(server.Url + "/account/passkeys");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeVisibleAsync();
        await LookAsync("login");
        await page.GetByLabel("User name").FillAsync("root");
        await page.GetByLabel("Password").FillAsync(RunningServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.GetByLabel("What to call it, for example: my phone").FillAsync("My phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "My phone" })).ToBeVisibleAsync();
        await LookAsync("passkeys");
        foreach (var (path, name) in new[] { ("/account", "account"), ("/account/password", "password"), ("/account/sessions", "sessions"), ("/admin/users", "users") })
        {
            await page.GotoAsync(server.Url + path);
            await LookAsync(name);
        }

        await page.GotoAsync(server.Url + "/account/authenticator");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await LookAsync("authenticator");
        await page.GetByLabel("Code").FillAsync(new AuthenticatorApp(await page.Locator("code").First.InnerTextAsync()).Code());
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await Assertions.Expect(page.Locator("li code")).ToHaveCountAsync(10);
        await LookAsync("recovery-codes");
        await page.GotoAsync(server.Url + "/account/login");
        await page.GetByLabel("User name").FillAsync("root");
        await page.GetByLabel("Password").FillAsync(RunningServer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Code from your authenticator app")).ToBeVisibleAsync();
        await LookAsync("code");
        await page.GotoAsync(server.Url + "/setup?token=none");
        await LookAsync("setup");
    }

    /// <summary>A virtual one, in the browser: it is there, knows its user's finger, and keeps keys that never leave it.</summary>
    private static async Task AddAuthenticatorAsync(IBrowserContext context, IPage page)
    {
        var devtools = await context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = JsonSerializer.SerializeToElement(new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified = true,
                automaticPresenceSimulation = true,
            }),
        });
    }
}
