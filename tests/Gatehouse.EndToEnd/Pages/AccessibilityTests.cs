using Gatehouse.EndToEnd.Consent;
using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Pages;

/// <summary>Every page, on every kind of screen, in every language: axe finds nothing, and nothing runs off the side.</summary>
[Collection(InBrowser.Name)]
public sealed class AccessibilityTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1280, ColorScheme.Light, "en")]
    [InlineData(400, ColorScheme.Light, "de")]
    [InlineData(1280, ColorScheme.Dark, "fr")]
    [InlineData(400, ColorScheme.Dark, "es")]
    [InlineData(320, ColorScheme.Light, "zh-Hans")]
    [InlineData(320, ColorScheme.Dark, "de")]
    public async Task Every_page_can_be_read(int width, ColorScheme scheme, string language)
    {
        await using var app = await PagesApp.StartAsync();
        await app.ConnectAsync(Ct);
        await using var context = await chromium.NewContextAsync(width, scheme, language: language);
        await using var visit = new Visit(app, await context.NewPageAsync());
        await foreach (var (_, page) in visit.EveryPageAsync()) await Readability.CheckAsync(page, language);
    }

    [Fact]
    public async Task Who_chooses_the_colours_themselves_sees_every_button_and_the_focus()
    {
        await using var app = await PagesApp.StartAsync();
        await app.ConnectAsync(Ct);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active, ReducedMotion = ReducedMotion.Reduce });
        await using var visit = new Visit(app, page);
        await foreach (var (name, shown) in visit.EveryPageAsync())
        {
            var bare = await shown.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('button, input:not([type=hidden])')].filter(e => { const s = getComputedStyle(e); return s.borderTopStyle === 'none' || s.borderTopColor === s.backgroundColor; }).map(e => e.outerHTML)
                """);
            Assert.True(bare.Length == 0, $"{name}: {string.Join('\n', bare)}");
            Assert.Equal(0, await shown.EvaluateAsync<int>("document.getAnimations().length"));
        }
    }

    [Fact]
    public async Task What_has_the_focus_can_be_seen()
    {
        await using var app = await PagesApp.StartAsync();
        await app.ConnectAsync(Ct);
        await using var context = await chromium.NewContextAsync(400);
        await using var visit = new Visit(app, await context.NewPageAsync());
        await foreach (var (name, page) in visit.EveryPageAsync())
        {
            var targets = await page.Locator("a[href], button, input:not([type=hidden])").CountAsync();
            for (var i = 0; i < targets; i++)
            {
                await page.Keyboard.PressAsync("Tab");
                var outline = await page.EvaluateAsync<string>("() => { const s = getComputedStyle(document.activeElement); return document.activeElement.tagName + ' ' + s.outlineStyle + ' ' + s.outlineWidth; }");
                Assert.True(outline.EndsWith(" solid 3px", StringComparison.Ordinal) || outline.StartsWith("BODY", StringComparison.Ordinal), $"{name}: {outline}");
            }
        }
    }
}
