using System.Text.RegularExpressions;
using Gatehouse.EndToEnd.Consent;
using Microsoft.Playwright;

namespace Gatehouse.RealClients;

/// <summary>Microsoft's OpenIdConnect handler in samples/Web, and its JwtBearer in samples/Api, each a process that knows of the server only its address; in front of them a real browser.</summary>
[Collection(OneServer.Name)]
public sealed partial class WebAppTests(GatehouseServer server, Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData("form_post")]
    [InlineData("query")]
    public async Task A_user_signs_in_consents_calls_the_api_refreshes_and_signs_out_of_both(string responseMode)
    {
        var api = $"http://127.0.0.1:{GatehouseServer.FreePort()}";
        await using var weather = await StartAsync("samples/Api", api, []);
        await using var web = await StartAsync("samples/Web", server.Web,
        [
            ("Api", api), ("ClientId", "web"), ("ClientSecret", GatehouseServer.SecretOf("web")), ("ResponseMode", responseMode),
            ("Kestrel__Certificates__Default__Path", server.Certificates.Certificate), ("Kestrel__Certificates__Default__KeyPath", server.Certificates.Key),
        ]);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();

        await page.GotoAsync(server.Web);
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await SignInAsync(page);
        // Remembered from the first run of this theory: the web app is a registered client.
        var allow = page.GetByRole(AriaRole.Button, new() { Name = "Allow" });
        var hello = page.GetByRole(AriaRole.Heading, new() { Name = "Hello, Alice Liddell" });
        await Assertions.Expect(allow.Or(hello)).ToBeVisibleAsync();
        if (await allow.IsVisibleAsync()) await allow.ClickAsync();
        await Assertions.Expect(hello).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("alice@wonder.example")).ToBeVisibleAsync();

        await AskAsync(page, "Ask the API", "clear");
        await AskAsync(page, "Refresh", "Refreshed.");
        await AskAsync(page, "Ask the API", "clear");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Welcome" })).ToBeVisibleAsync();
        Assert.StartsWith(server.Web, page.Url, StringComparison.Ordinal);

        // The session at the server is over too: signing in asks for the password again.
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.Locator("input[type=password]")).ToBeVisibleAsync();
    }

    private static async Task SignInAsync(IPage page)
    {
        await Assertions.Expect(page.Locator("input[type=password]")).ToBeVisibleAsync();
        await page.Locator("input[autocomplete~=username]").FillAsync(GatehouseServer.User);
        await page.Locator("input[type=password]").FillAsync(GatehouseServer.Password);
        await page.Keyboard.PressAsync("Enter");
    }

    private static async Task AskAsync(IPage page, string button, string answer)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(answer);
    }

    private Task<RunningProgram> StartAsync(string project, string url, IEnumerable<(string Name, string Value)> settings) =>
        // OpenSSL's own variable: only this process trusts the authority of this run.
        RunningProgram.StartAsync(project, ["--urls", url, "--Authority", server.Issuer], settings.Append(("SSL_CERT_FILE", server.Certificates.Authority)), ServesPattern());

    [GeneratedRegex("^The (weather|web app) is at ")]
    private static partial Regex ServesPattern();
}
