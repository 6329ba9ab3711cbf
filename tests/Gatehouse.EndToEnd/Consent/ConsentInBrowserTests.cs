using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Consent;

/// <summary>A real browser, because only a real one holds a page to its content security policy.</summary>
[Collection(InBrowser.Name)]
public sealed class ConsentInBrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static string Authorize(ConsentApp app, string client = "web", string? redirectUri = null, string scope = "notes.read notes.write") => QueryHelpers.AddQueryString(app.Url + "/oauth2/authorize", new Dictionary<string, string?>
    {
        ["response_type"] = "code",
        ["client_id"] = client,
        ["redirect_uri"] = redirectUri ?? app.Callback,
        ["scope"] = scope,
        ["state"] = "a b+c&é",
        ["code_challenge"] = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        ["code_challenge_method"] = "S256",
    });

    private static async Task<IPage> SignInAsync(IBrowserContext context, string url)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(url);
        await page.GetByLabel("User").FillAsync("alice");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("to use Notes as you?");
        return page;
    }

    [Fact]
    [Trait("SR", "SR-219")]
    public async Task A_user_signs_in_allows_and_the_client_redeems_the_code()
    {
        await using var app = await ConsentApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await SignInAsync(context, Authorize(app));
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add(message.Text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await IsAtCallbackAsync(page, app);
        Assert.DoesNotContain(complaints, text => text.Contains("Content Security Policy", StringComparison.Ordinal));

        Assert.True(app.Answers.TryDequeue(out var answer));
        var parameters = QueryHelpers.ParseQuery(answer.Value);
        Assert.Equal(("a b+c&é", app.Url), (parameters["state"].ToString(), parameters["iss"].ToString()));
        using var http = new HttpClient();
        var response = await http.PostAsync(app.Url + "/oauth2/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = "web",
            ["code"] = parameters["code"].ToString(),
            ["redirect_uri"] = app.Callback,
            ["code_verifier"] = Verifier,
        }), TestContext.Current.CancellationToken);
        var tokens = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal("notes.read notes.write", tokens.GetProperty("scope").GetString());
        Assert.StartsWith("gta_", tokens.GetProperty("access_token").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_denies_and_the_client_is_told()
    {
        await using var app = await ConsentApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await SignInAsync(context, Authorize(app));
        await page.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();
        await IsAtCallbackAsync(page, app);
        Assert.True(app.Answers.TryDequeue(out var answer));
        Assert.Equal("access_denied", QueryHelpers.ParseQuery(answer.Value)["error"]);
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var app = await ConsentApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(Authorize(app));
        await Assertions.Expect(page.GetByLabel("User")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("alice");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Deny" })).ToBeVisibleAsync();

        // What Enter does before anything was chosen must not be to allow: nothing on the page has the focus.
        Assert.Equal("BODY", await page.EvaluateAsync<string>("document.activeElement.tagName"));
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Deny" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        var allow = page.GetByRole(AriaRole.Button, new() { Name = "Allow" });
        await Assertions.Expect(allow).ToBeFocusedAsync();
        Assert.Equal("3px", await allow.EvaluateAsync<string>("button => getComputedStyle(button).outlineWidth"));
        await page.Keyboard.PressAsync("Enter");
        await IsAtCallbackAsync(page, app);
        Assert.True(app.Answers.TryDequeue(out var answer));
        Assert.NotEmpty(QueryHelpers.ParseQuery(answer.Value)["code"].ToString());
    }

    // Asked for until it is so: a navigation that ended before anybody waited for it has no end to wait for, and a busy machine takes its time.
    private static Task IsAtCallbackAsync(IPage page, ConsentApp app) =>
        Assertions.Expect(page).ToHaveURLAsync(new Regex("^" + Regex.Escape(app.Callback) + @"\?"), new() { Timeout = 60_000 });
}
