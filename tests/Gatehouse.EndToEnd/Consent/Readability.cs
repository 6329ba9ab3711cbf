using System.Text.Json;
using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Consent;

/// <summary>What WCAG 2.2 AA asks of a page that a machine can measure: contrast, no sideways scrolling, targets large enough to hit, landmarks and a language.</summary>
internal static class Readability
{
    private const string Measure = """
        () => {
          const rgb = text => text.match(/[\d.]+/g).map(Number);
          const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const behind = element => { for (let e = element; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
          const texts = [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.offsetParent);
          const low = texts.map(e => { const [a, b] = [luminance(rgb(getComputedStyle(e).color)), luminance(behind(e))].sort((x, y) => y - x); return { text: e.textContent.trim().slice(0, 40), ratio: (a + .05) / (b + .05) }; }).filter(t => t.ratio < 4.5);
          return {
            low: low.map(t => t.text + ' ' + t.ratio.toFixed(2)),
            sideways: document.documentElement.scrollWidth > innerWidth,
            small: [...document.querySelectorAll('button')].filter(b => b.offsetHeight < 44).map(b => b.textContent),
            unequal: new Set([...document.querySelectorAll('button')].map(b => [b.offsetWidth, b.offsetHeight, getComputedStyle(b).backgroundColor].join())).size > 1,
            lang: document.documentElement.lang, main: document.querySelectorAll('main').length, h1: document.querySelectorAll('h1').length,
            scripts: document.scripts.length, texts: texts.length,
          };
        }
        """;

    public static async Task CheckAsync(IPage page)
    {
        var found = await page.EvaluateAsync<JsonElement>(Measure);
        Assert.True(found.GetProperty("texts").GetInt32() > 4, "There is something to read.");
        Assert.Empty(found.GetProperty("low").EnumerateArray().Select(text => text.GetString()));
        Assert.False(found.GetProperty("sideways").GetBoolean());
        Assert.Empty(found.GetProperty("small").EnumerateArray());
        Assert.False(found.GetProperty("unequal").GetBoolean(), "Deny is as prominent as allow.");
        Assert.Equal(("en", 1, 1, 0), (found.GetProperty("lang").GetString(), found.GetProperty("main").GetInt32(), found.GetProperty("h1").GetInt32(), found.GetProperty("scripts").GetInt32()));
    }

    /// <summary>Only where <c>GATEHOUSE_SCREENSHOTS</c> names a folder: pictures differ by machine, so they are made on purpose and looked at.</summary>
    public static async Task PhotographAsync(IPage page, string name, int width, ColorScheme scheme)
    {
        if (Environment.GetEnvironmentVariable("GATEHOUSE_SCREENSHOTS") is not { Length: > 0 } folder) return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
    }
}
