using CsCheck;
using Gatehouse.Sessions;
using Gatehouse.Tests.Authorize;
using Gatehouse.Tests.Sessions;
using Gatehouse.Tests.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Logout;

public sealed class HostileLogoutTests
{
    private static readonly string[] Names = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "logout_hint", "gatehouse_logout", "x"];

    [Fact, Trait("SR", "SR-032"), Trait("SR", "SR-225"), Trait("SR", "SR-009")]
    public async Task No_query_gets_more_than_a_question_a_page_of_ours_or_a_redirect_to_what_is_registered()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using Browser browser = await Browser.SignedInAsync(provider), other = await Browser.SignedInAsync(provider);
        var foreign = (await other.VisitAsync(client)).IdToken();
        var raw = Gen.OneOf(
            Gen.Const("app"), Gen.Const(Uri.EscapeDataString(LogoutApp.ReturnUri)), Gen.Const(foreign), Gen.Const(foreign[..^4]), Gen.Const("e30.e30."), Gen.Const("eyJraWQiOiJ4In0.e30.AA"), Gen.Const("de"), Gen.Const("%3Cscript%3E"),
            Gen.Byte.Array[0, 12].Select(bytes => string.Concat(bytes.Select(b => $"%{b:X2}"))), Gen.String[Gen.Char[' ', '~'], 0, 12].Select(text => text.Replace("#", "", StringComparison.Ordinal)));
        var queries = Gen.Select(Gen.Int[0, Names.Length - 1].Select(i => Names[i]), raw, (name, value) => $"{name}={value}").Array[0, 5];
        await queries.SampleAsync(async pairs =>
        {
            var page = await browser.GetRawAsync("/oauth2/logout", string.Join('&', pairs));
            if (page.Status == 400) page.IsErrorPage();
            else Assert.True(page.IsQuestion(), page.Body);
            Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        }, iter: 500, threads: 1);
        Assert.Equal("alice", await browser.WhoAsync());
    }

    [Fact]
    public async Task In_an_outage_the_user_sees_a_page_that_says_so()
    {
        var store = new CountingSessionStore();
        await using var provider = await SessionApp.StartAsync(services: services => services.AddSingleton<ISessionStore>(store));
        var client = await provider.AddLogoutClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var hint = (await browser.VisitAsync(client)).IdToken();
        store.IsDown = true;
        (await browser.LogoutAsync(("id_token_hint", hint), ("post_logout_redirect_uri", LogoutApp.ReturnUri))).IsErrorPage(503);
        Assert.Equal(1, provider.Logged(1835));
        store.IsDown = false;
        Assert.Equal(LogoutApp.ReturnUri, (await browser.LogoutAsync(("id_token_hint", hint), ("post_logout_redirect_uri", LogoutApp.ReturnUri))).Location);
    }
}
