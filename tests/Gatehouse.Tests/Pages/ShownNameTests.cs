using CsCheck;
using Gatehouse.Pages;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.Tests.Pages;

/// <summary>A client chooses its name; what the page around it says, it does not choose.</summary>
public sealed class ShownNameTests
{
    [Theory]
    [Trait("SR", "SR-032")]
    [InlineData("Sticky Reader", "Sticky Reader")]
    [InlineData("读者 👩‍👩‍👧", "读者 👩‍👩‍👧")]
    [InlineData("قارئ الملاحظات", "قارئ الملاحظات")]
    [InlineData("नोट्स क्‍ष", "नोट्स क्‍ष")]
    [InlineData("Reader\u202Egpj.exe", "Readergpj.exe")]
    [InlineData("\u2066Notes\u2069\u200E\u200F", "Notes")]
    [InlineData("Goo\u200Bgle\uFEFF", "Google")]
    [InlineData("No\u00ADtes\u3164\u2800", "Notes")]
    [InlineData("two\r\nlines\tand\u2028more", "twolinesandmore")]
    [InlineData("a\u00A0b", "a b")]
    [InlineData("\uE000\uD800x", "x")]
    [InlineData("Z\u0300\u0301\u0302\u0303\u0304\u0305", "Z\u0300\u0301\u0302")]
    [InlineData("", "")]
    public void Letters_stay_and_what_nobody_sees_goes(string name, string shown) => Assert.Equal(shown, ShownName.Of(name));

    [Fact]
    [Trait("SR", "SR-032")]
    public void Any_name_is_a_short_line()
    {
        Gen.String.Sample(name =>
        {
            var shown = ShownName.Of(name);
            Assert.True(shown.Length <= 81);
            Assert.DoesNotContain(shown, char.IsControl);
        });
        Assert.Equal(81, ShownName.Of(new string('W', 5000)).Length);
        Assert.Equal(80 + 1, ShownName.Of(string.Concat(Enumerable.Repeat("😀", 100))).Length);
    }

    [Theory]
    [Trait("SR", "SR-032"), Trait("SR", "SR-171")]
    [InlineData("\"><script>alert(1)</script>", "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("<img src=//evil.example/x>", "&lt;img src=//evil.example/x&gt;")]
    [InlineData("\u202E</bdi><style>*{}</style>", "&lt;/bdi&gt;&lt;style&gt;*{}&lt;/style&gt;")]
    [InlineData("{app} {user}", "{app} {user}")]
    public async Task A_hostile_name_stands_alone_as_text(string name, string html)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { Name = name });
        using var browser = await Browser.SignedInAsync(provider, name: Uri.EscapeDataString(name));
        var page = await browser.AuthorizeAsync(client, ("state", name), ("ui_locales", name));
        Assert.Contains($"<bdi class=\"gh-client\">{html}</bdi>", page.Body, StringComparison.Ordinal);
        Assert.Contains($"<dd><bdi>{html}</bdi></dd>", page.Body, StringComparison.Ordinal);
        Assert.Single(page.Body.Split("<style").Skip(1));
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", System.Text.RegularExpressions.Regex.Replace(page.Body, "<bdi.*?</bdi>", ""), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(name, (await browser.AllowAsync(page)).Answer["state"]);
    }
}
