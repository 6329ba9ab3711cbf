using Gatehouse.Pages;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.Tests.Pages;

public sealed class ThemeTests
{
    [Fact]
    public async Task The_app_brings_its_colours_and_its_logo()
    {
        await using var provider = await Browser.StartAppAsync(options =>
        {
            options.Pages.Logo = "/img/logo.svg";
            options.Pages.Light.Accent = "#7a1f5c";
            options.Pages.Dark.Accent = "#f0a8d0";
        });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(await provider.AddClientAsync());
        Assert.Matches("<img src=\"/img/logo.svg\" alt(=\"\")? height=\"32\" ?/?>", page.Body);
        Assert.Contains("; img-src 'self';", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("--gh-accent: #7a1f5c;", page.Body.Split("@media")[0], StringComparison.Ordinal);
        Assert.Contains("--gh-accent: #f0a8d0;", page.Body.Split("@media")[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_colours_can_be_read()
    {
        Assert.Empty(Contrast.Problems("Light", new()));
        Assert.Empty(Contrast.Problems("Dark", PageColors.ForDark()));
    }

    [Theory]
    [InlineData("#000000", "#ffffff", 21)]
    [InlineData("#ffffff", "#ffffff", 1)]
    [InlineData("#777777", "#ffffff", 4.48)]
    [InlineData("#767676", "#FFFFFF", 4.54)]
    public void Contrast_is_measured_as_the_guidelines_do(string one, string other, double expected)
    {
        Assert.Equal(expected, Contrast.Of(one, other), 2);
        Assert.Equal(expected, Contrast.Of(other, one), 2);
    }

    [Theory]
    [InlineData("#777777", "Light:Accent #777777 has a contrast of 4.1 : 1 on Background #f2f4f7; it needs 4.5 : 1")]
    [InlineData("red", "Light:Accent 'red' is not a colour")]
    [InlineData("#fff", "Light:Accent '#fff' is not a colour")]
    [InlineData("#12345g", "Light:Accent '#12345g' is not a colour")]
    [InlineData("#123;}*{", "Light:Accent '#123;}*{' is not a colour")]
    public async Task A_colour_that_cannot_be_read_stops_the_app_with_the_reason(string color, string message)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Browser.StartAppAsync(options => options.Pages.Light.Accent = color));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/a.svg")]
    [InlineData("//evil.example/a.svg")]
    [InlineData("logo.svg")]
    public async Task A_logo_from_elsewhere_stops_the_app(string logo)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Browser.StartAppAsync(options => options.Pages.Logo = logo));
        Assert.Contains("Gatehouse:Pages:Logo", error.Message, StringComparison.Ordinal);
    }
}
