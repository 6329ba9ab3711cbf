using System.Text.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Pages;

/// <summary>What WCAG 2.2 AA asks of a page that a machine can measure: axe's rules, and those of ours that axe has none for.</summary>
internal static class Readability
{
    private static readonly AxeRunOptions rules = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    };

    private const string Measure = """
        () => ({
          lang: document.documentElement.lang,
          sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          small: [...document.querySelectorAll('button, input:not([type=hidden])')].filter(e => e.offsetHeight < 44).map(e => e.outerHTML),
          // To deny is as easy as to allow.
          looks: new Set([...document.querySelectorAll('.gh-actions button')].map(b => [b.offsetWidth, b.offsetHeight, getComputedStyle(b).backgroundColor].join())).size,
          scripts: document.scripts.length,
          words: document.body.innerText.length,
          cut: [...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === 'hidden').map(e => e.outerHTML),
        })
        """;

    public static async Task CheckAsync(IPage page, string language)
    {
        var found = await page.EvaluateAsync<JsonElement>(Measure);
        Assert.Equal(language, found.GetProperty("lang").GetString());
        Assert.True(found.GetProperty("words").GetInt32() > 20, "There is something to read.");
        Assert.Equal(0, found.GetProperty("sideways").GetInt32());
        Assert.Empty(found.GetProperty("small").EnumerateArray());
        Assert.Empty(found.GetProperty("cut").EnumerateArray());
        Assert.InRange(found.GetProperty("looks").GetInt32(), 0, 1);
        Assert.Equal(0, found.GetProperty("scripts").GetInt32());
        var axe = await page.RunAxe(rules);
        Assert.True(axe.Passes.Length > 10, "axe has looked.");
        Assert.True(axe.Violations.Length == 0, string.Join('\n', axe.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}: {node.Html}"))));
    }
}
