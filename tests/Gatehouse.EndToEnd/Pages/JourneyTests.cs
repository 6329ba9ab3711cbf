using System.Text.RegularExpressions;
using Gatehouse.EndToEnd.Consent;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Pages;

/// <summary>From a client's link to its answer, the ways in which people go it: without a mouse, without scripts, in two tabs, and back.</summary>
[Collection(InBrowser.Name)]
public sealed class JourneyTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static ILocator Allow(IPage page) => page.Locator("button[value=allow]");

    // Asked for until it is so: a navigation that ended before anybody waited for it has no end to wait for.
    private static async Task<string> CodeAsync(IPage page, PagesApp app)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("^" + Regex.Escape(app.Callback) + @"\?"));
        var answer = QueryHelpers.ParseQuery(new Uri(page.Url).Query);
        Assert.Equal(("a b+c&é", app.Url), (answer["state"].ToString(), answer["iss"].ToString()));
        return answer["code"].ToString();
    }

    /// <summary>As users do: by a link on the client's page, so that the browser knows it for another site's.</summary>
    private static async Task FollowAsync(IPage page, PagesApp app, string url)
    {
        await page.GotoAsync(QueryHelpers.AddQueryString(app.Client + "/link", "to", url));
        await page.GetByRole(AriaRole.Link).ClickAsync();
        await page.Locator("main").WaitForAsync();
    }

    [Fact]
    [Trait("SR", "SR-219")]
    public async Task Nothing_needs_a_script()
    {
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync(javaScript: false);
        var page = await context.NewPageAsync();
        await FollowAsync(page, app, app.Authorize());
        await PagesApp.SignInAsync(page, password: "wrong");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await PagesApp.SignInAsync(page);
        await Allow(page).ClickAsync();
        Assert.Equal(200, (int)(await app.RedeemAsync(await CodeAsync(page, app), Ct)).StatusCode);

        await page.GotoAsync(app.Url + "/oauth2/apps");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove access" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Sticky Reader has no access any more.");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove access" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_keyboard_is_enough()
    {
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(app.Authorize(more: ("login_hint", "alice")));
        // The name is there, so the cursor stands where there is something to type.
        await Assertions.Expect(page.Locator("#password")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#password")).ToBeFocusedAsync();
        Assert.Equal("problem", await page.Locator("#password").GetAttributeAsync("aria-describedby"));
        await page.Keyboard.TypeAsync("wonderland");
        await page.Keyboard.PressAsync("Enter");
        await Allow(page).WaitForAsync();
        // Enter, pressed once too often, must not say yes.
        Assert.Equal("BODY", await page.EvaluateAsync<string>("document.activeElement.tagName"));
        for (var i = 0; i < 10 && await page.EvaluateAsync<string>("document.activeElement.value ?? ''") != "allow"; i++) await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        Assert.NotEmpty(await CodeAsync(page, app));
    }

    [Fact]
    [Trait("SR", "SR-215")]
    public async Task Two_tabs_from_another_site_do_not_spoil_each_other()
    {
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var (first, second) = (await context.NewPageAsync(), await context.NewPageAsync());
        await FollowAsync(first, app, app.Authorize());
        await FollowAsync(second, app, app.Authorize());
        await PagesApp.SignInAsync(first);
        await Allow(first).WaitForAsync();
        await PagesApp.SignInAsync(second);
        await Allow(second).WaitForAsync();
        await Allow(first).ClickAsync();
        Assert.Equal(200, (int)(await app.RedeemAsync(await CodeAsync(first, app), Ct)).StatusCode);
        await Allow(second).ClickAsync();
        Assert.Equal(200, (int)(await app.RedeemAsync(await CodeAsync(second, app), Ct)).StatusCode);
    }

    [Fact]
    public async Task Back_after_the_answer_shows_the_question_anew_and_no_old_page()
    {
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(app.Authorize(more: ("prompt", "consent")));
        await PagesApp.SignInAsync(page);
        await Allow(page).ClickAsync();
        var first = await CodeAsync(page, app);
        await page.GoBackAsync();
        await Allow(page).ClickAsync();
        var second = await CodeAsync(page, app);
        Assert.NotEqual(first, second);
        Assert.Equal(200, (int)(await app.RedeemAsync(first, Ct)).StatusCode);
        Assert.Equal(200, (int)(await app.RedeemAsync(second, Ct)).StatusCode);
        Assert.Equal(400, (int)(await app.RedeemAsync(second, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_button_that_is_pressed_twice_gives_the_client_one_answer()
    {
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(app.Authorize());
        await PagesApp.SignInAsync(page);
        await Allow(page).DblClickAsync();
        var code = await CodeAsync(page, app);
        Assert.Equal(200, (int)(await app.RedeemAsync(code, Ct)).StatusCode);
        Assert.Equal(400, (int)(await app.RedeemAsync(code, Ct)).StatusCode);
    }

    [Fact]
    [Trait("SR", "SR-034")]
    public async Task Another_user_who_signs_in_meanwhile_is_asked_for_themselves()
    {
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var (first, second) = (await context.NewPageAsync(), await context.NewPageAsync());
        await first.GotoAsync(app.Authorize());
        await PagesApp.SignInAsync(first);
        await Assertions.Expect(first.Locator("dd").First).ToHaveTextAsync("alice");
        await second.GotoAsync(app.Authorize(more: ("prompt", "login")));
        await PagesApp.SignInAsync(second, "bob");
        await Allow(second).WaitForAsync();
        await Allow(first).ClickAsync();
        await Assertions.Expect(first.Locator("dd").First).ToHaveTextAsync("bob");
    }

    [Fact]
    [Trait("SR", "SR-031")]
    public async Task No_page_can_be_put_into_a_frame()
    {
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(app.Authorize());
        await PagesApp.SignInAsync(page);
        await Allow(page).WaitForAsync();
        foreach (var url in new[] { app.Authorize(), app.Url + "/oauth2/login", app.Url + "/oauth2/apps", app.Authorize("nobody") })
        {
            await page.GotoAsync(QueryHelpers.AddQueryString(app.Client + "/frame", "to", url));
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var framed = page.Frames.Single(frame => frame != page.MainFrame);
            Assert.Equal("chrome-error://chromewebdata/", framed.Url);
            Assert.Equal(0, await framed.Locator("button[type=submit]").CountAsync());
        }
    }

    [Fact]
    [Trait("SR", "SR-215")]
    public async Task A_form_on_another_site_signs_nobody_in()
    {
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(QueryHelpers.AddQueryString(app.Client + "/forge", new Dictionary<string, string?> { ["to"] = app.Url + "/oauth2/login", ["user"] = "bob" }));
        await page.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.GotoAsync(app.Url + "/oauth2/apps");
        await Assertions.Expect(page.Locator("#username")).ToBeVisibleAsync();
    }

    [Fact]
    [Trait("SR", "SR-030")]
    public async Task Every_page_loads_from_here_alone_and_breaks_no_policy()
    {
        await using var app = await PagesApp.StartAsync();
        await app.ConnectAsync(Ct);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        var (requests, complaints) = (new List<string>(), new List<string>());
        page.Request += (_, request) => requests.Add(request.Url);
        page.Console += (_, message) => complaints.Add(message.Text);
        await using var visit = new Visit(app, page);
        await foreach (var _ in visit.EveryPageAsync()) { }
        Assert.NotEmpty(requests);
        Assert.All(requests, url => Assert.StartsWith(app.Url + "/", url, StringComparison.Ordinal));
        Assert.DoesNotContain(complaints, text => text.Contains("Content Security Policy", StringComparison.Ordinal));
    }
}
