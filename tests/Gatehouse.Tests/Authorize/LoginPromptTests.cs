namespace Gatehouse.Tests.Authorize;

public sealed class LoginPromptTests
{
    private static string ReturnUrl(Page login)
    {
        Assert.Equal(302, login.Status);
        return Uri.UnescapeDataString(login.Location!.Split("ReturnUrl=")[1]);
    }

    [Theory]
    [InlineData("login")]
    [InlineData("select_account")]
    public async Task A_signed_in_user_signs_in_again_and_then_goes_on(string prompt)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        var back = ReturnUrl(await browser.AuthorizeAsync(client, ("prompt", prompt)));
        provider.Clock.Advance(TimeSpan.FromSeconds(20));
        await browser.SignInAsync();
        Assert.NotNull((await browser.AllowAsync(await browser.GetAsync(back))).Code);
    }

    [Fact]
    public async Task A_user_who_was_not_signed_in_signs_in_once()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var back = ReturnUrl(await browser.AuthorizeAsync(client, ("prompt", "login")));
        await browser.SignInAsync();
        Assert.True((await browser.GetAsync(back)).IsConsent);
    }

    [Fact]
    public async Task A_user_who_comes_back_without_signing_in_again_is_told_to_the_client()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        var back = ReturnUrl(await browser.AuthorizeAsync(client, ("prompt", "login")));
        (await browser.GetAsync(back)).IsRedirectedError("login_required");
    }

    [Fact]
    public async Task An_old_or_made_up_mark_asks_once_more()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var back = ReturnUrl(await browser.AuthorizeAsync(client, ("prompt", "login")));
        provider.Clock.Advance(TimeSpan.FromHours(2));
        Assert.NotNull(ReturnUrl(await browser.GetAsync(back)));
        Assert.NotNull(ReturnUrl(await browser.AuthorizeAsync(client, ("prompt", "login"), ("gatehouse_login", "AAAA"))));
    }
}
