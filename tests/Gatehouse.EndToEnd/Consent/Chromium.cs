using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Consent;

/// <summary>A browser shares nothing well: beside tests that race a thousand requests in this process, a click would wait for its turn until it gives up.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class InBrowser
{
    public const string Name = "In a browser, alone";
}

/// <summary>The machine's own Chromium, once for all tests of a class. Playwright's driver comes with its package; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // Milliseconds. A slow machine is not what these tests look for.
    private const float Patience = 90_000;

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("GATEHOUSE_CHROMIUM") ?? Places.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException("These tests drive Chromium. Install it (Debian: apt-get install chromium), or name it in GATEHOUSE_CHROMIUM.");
        Assertions.SetDefaultExpectTimeout(Patience);
        playwright = await Playwright.CreateAsync();
        // A container has no sandbox to enter and little shared memory; these pages are ours.
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }

    public async Task<IBrowserContext> NewContextAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light, bool javaScript = true, string language = "en")
    {
        var context = await browser!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = width < 600 ? 860 : 800 },
            ColorScheme = scheme,
            JavaScriptEnabled = javaScript,
            Locale = language,
            // A development certificate is trusted by nobody.
            IgnoreHTTPSErrors = true,
        });
        context.SetDefaultTimeout(Patience);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
