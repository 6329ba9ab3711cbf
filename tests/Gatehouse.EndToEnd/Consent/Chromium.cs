using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Consent;

/// <summary>The machine's own Chromium, once for all tests of a class. Playwright's driver comes with its package; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("GATEHOUSE_CHROMIUM") ?? Places.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException("These tests drive Chromium. Install it (Debian: apt-get install chromium), or name it in GATEHOUSE_CHROMIUM.");
        playwright = await Playwright.CreateAsync();
        // A container has no sandbox to enter and little shared memory; these pages are ours.
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }

    public Task<IBrowserContext> NewContextAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light) =>
        browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = width < 600 ? 860 : 800 }, ColorScheme = scheme });

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
