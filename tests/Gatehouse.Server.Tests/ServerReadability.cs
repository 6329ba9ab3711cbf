using System.Text.Json;
using Microsoft.Playwright;

namespace Gatehouse.Server.Tests;

/// <summary>What WCAG 2.2 AA asks of a page that a machine can measure: contrast, names of fields, targets large enough to hit, no sideways scrolling, landmarks and a language.</summary>
internal static class ServerReadability
{
    private const string Measure = """
        () => {
          const rgb = text => text.match(/[\d.]+/g).map(Number);
          const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const behind = element => { for (let e = element; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
          const texts = [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.offsetParent);
          const low = texts.map(e => { const [a, b] = [luminance(rgb(getComputedStyle(e).color)), luminance(behind(e))].sort((x, y) => y - x); return { text: e.textContent.trim().slice(0, 40), ratio: (a + .05) / (b + .05) }; }).filter(t => t.ratio < 4.5);
          const shown = selector => [...document.querySelectorAll(selector)].filter(e => e.offsetParent);
          return {
            problems: [
              ...low.map(t => 'low contrast: ' + t.text + ' ' + t.ratio.toFixed(2)),
              ...shown('button, input:not([type=hidden])').filter(b => b.offsetHeight < 44).map(b => 'too small: ' + b.outerHTML),
              ...shown('input:not([type=hidden])').filter(i => !i.labels.length).map(i => 'no label: ' + i.outerHTML),
              ...(document.documentElement.scrollWidth > innerWidth ? ['scrolls sideways'] : []),
              ...(document.documentElement.lang !== 'en' ? ['lang: ' + document.documentElement.lang] : []),
              ...(document.querySelectorAll('main').length !== 1 || document.querySelectorAll('h1').length !== 1 ? ['landmarks'] : []),
              ...[...document.scripts].filter(s => new URL(s.src).origin !== location.origin || s.textContent).map(s => 'script: ' + s.outerHTML),
            ],
            texts: texts.length,
          };
        }
        """;

    public static async Task CheckAsync(IPage page)
    {
        var found = await page.EvaluateAsync<JsonElement>(Measure);
        Assert.True(found.GetProperty("texts").GetInt32() >= 3, "There is something to read.");
        Assert.Empty(found.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()));
    }

    /// <summary>Only where <c>GATEHOUSE_SCREENSHOTS</c> names a folder: pictures differ by machine, so they are made on purpose and looked at.</summary>
    public static async Task PhotographAsync(IPage page, string name, int width, ColorScheme scheme)
    {
        if (Environment.GetEnvironmentVariable("GATEHOUSE_SCREENSHOTS") is not { Length: > 0 } folder) return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
    }
}
