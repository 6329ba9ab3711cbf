using System.Net;
using Gatehouse.Tests.Authorize;
using Gatehouse.Tests.Sessions;
using Gatehouse.Tests.Tokens;

namespace Gatehouse.Tests.Logout;

public sealed class FrontChannelTests
{
    [Fact]
    public async Task The_signed_out_page_loads_one_frame_for_each_client_of_the_session_that_wants_one_and_then_goes_on()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync(change: client => client with { FrontchannelLogoutUri = "https://client.example/out?x=1", FrontchannelLogoutSessionRequired = true });
        var plain = await provider.AddLogoutClientAsync("plain", client => client with { FrontchannelLogoutUri = "https://plain.example:8443/out" });
        await provider.AddLogoutClientAsync("absent", client => client with { FrontchannelLogoutUri = "https://absent.example/out" });
        var deaf = await provider.AddLogoutClientAsync("deaf");
        using var browser = await Browser.SignedInAsync(provider);
        var hint = (await browser.VisitAsync(client)).IdToken();
        await browser.VisitAsync(plain);
        await browser.VisitAsync(deaf);
        var sid = (await provider.SessionAsync()).Id;
        var page = await browser.LogoutAsync(("id_token_hint", hint), ("post_logout_redirect_uri", LogoutApp.ReturnUri), ("state", "1"));
        Assert.True(page.SaysSignedOut(), page.Body);
        var frames = page.Body.Split("<iframe src=\"")[1..].Select(part => WebUtility.HtmlDecode(part.Split('"')[0])).Order();
        Assert.Equal([$"https://client.example/out?x=1&iss={Uri.EscapeDataString(TestProvider.Issuer)}&sid={sid}", "https://plain.example:8443/out"], frames);
        Assert.Contains("; frame-src https://client.example https://plain.example:8443;", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal($"3;url={LogoutApp.ReturnUri}&state=1", page.Header("Refresh"));
        Assert.Contains($"href=\"{LogoutApp.ReturnUri}&amp;state=1\"", page.Body, StringComparison.Ordinal);
        Assert.Equal("nobody", await browser.WhoAsync());
    }

    [Fact]
    public async Task Also_after_the_user_was_asked()
    {
        await using var provider = await SessionApp.StartAsync(options => options.Logout.FrontChannelTime = TimeSpan.FromSeconds(7));
        var client = await provider.AddLogoutClientAsync(change: client => client with { FrontchannelLogoutUri = "https://client.example/out" });
        using var browser = await Browser.SignedInAsync(provider);
        await browser.VisitAsync(client);
        var page = await browser.AnswerAsync(await browser.LogoutAsync());
        Assert.Contains("<iframe src=\"https://client.example/out\"", page.Body, StringComparison.Ordinal);
        Assert.Null(page.Header("Refresh"));
    }
}
