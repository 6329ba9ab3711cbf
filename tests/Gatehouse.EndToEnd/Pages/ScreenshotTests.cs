using Gatehouse.EndToEnd.Consent;
using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Pages;

/// <summary>The pictures of the documentation. Pictures differ by machine, so they are taken on request (<c>./test --screenshots</c>) and looked at.</summary>
[Collection(InBrowser.Name)]
public sealed class ScreenshotTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string[] shown = ["login", "login-failed", "consent", "consent-device", "error", "apps", "logout", "signed-out"];

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    public async Task Every_page_has_its_picture(int width, ColorScheme scheme)
    {
        var folder = Environment.GetEnvironmentVariable("GATEHOUSE_SCREENSHOTS");
        await using var app = await PagesApp.StartAsync();
        await app.ConnectAsync(TestContext.Current.CancellationToken);
        await using var context = await chromium.NewContextAsync(width, scheme);
        await using var visit = new Visit(app, await context.NewPageAsync());
        var left = shown.ToHashSet();
        await foreach (var (name, page) in visit.EveryPageAsync())
        {
            if (!left.Remove(name)) continue;
            await page.SetViewportSizeAsync(width, 100);
            var picture = await page.ScreenshotAsync(new() { FullPage = true, Caret = ScreenshotCaret.Hide });
            await page.SetViewportSizeAsync(width, 800);
            Assert.InRange(picture.Length, 1_000, 120_000);
            if (folder is { Length: > 0 }) await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), picture, TestContext.Current.CancellationToken);
        }
        Assert.Empty(left);
    }

    [Fact]
    public async Task The_consent_page_has_a_picture_in_another_language()
    {
        const string language = "de";
        var folder = Environment.GetEnvironmentVariable("GATEHOUSE_SCREENSHOTS");
        await using var app = await PagesApp.StartAsync();
        await using var context = await chromium.NewContextAsync(400, ColorScheme.Light, language: language);
        var page = await context.NewPageAsync();
        await page.GotoAsync(app.Authorize(redirectUri: "https://reader.example/callback"));
        await PagesApp.SignInAsync(page);
        await page.Locator("button[value=allow]").WaitForAsync();
        var picture = await page.ScreenshotAsync(new() { FullPage = true });
        Assert.InRange(picture.Length, 1_000, 120_000);
        if (folder is { Length: > 0 }) await File.WriteAllBytesAsync(Path.Combine(folder, $"consent-400-{language}.png"), picture, TestContext.Current.CancellationToken);
    }
}
