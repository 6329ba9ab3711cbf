using Gatehouse.Sessions;
using Gatehouse.Tests.Authorize;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Sessions;

/// <summary>What the cookie asks of the store, and what becomes of it when the store fails or is a moment late.</summary>
public sealed class SessionStoreTests
{
    [Fact]
    public async Task Being_seen_is_written_once_a_minute_at_most()
    {
        var store = new CountingSessionStore();
        await using var provider = await SessionApp.StartAsync(services: services => services.AddSingleton<ISessionStore>(store));
        using var browser = await Browser.SignedInAsync(provider);
        for (var i = 0; i < 12; i++)
        {
            await browser.WhoAsync();
            await browser.WhoAsync();
            provider.Clock.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal((12, 1), (store.Reads, store.Touches));
    }

    [Fact]
    public async Task A_cookie_without_a_session_gets_one_at_the_authorization_endpoint_and_keeps_its_times()
    {
        var store = new CountingSessionStore { IsDown = true };
        await using var provider = await SessionApp.StartAsync(services: services => services.AddSingleton<ISessionStore>(store));
        var client = await provider.AddClientAsync();
        // The store is down, and the app's own login works all the same.
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Equal("alice", await browser.WhoAsync());
        Assert.NotEqual(0, provider.Logged(1811));
        store.IsDown = false;
        var at = provider.Clock.GetUtcNow().ToUnixTimeSeconds();
        provider.Clock.Advance(TimeSpan.FromMinutes(3));
        var code = await browser.CodeAsync(client);
        var session = await provider.SessionAsync();
        Assert.Equal((session.Id, at), ((await provider.SignInOfAsync(code)).SessionId, (await provider.SignInOfAsync(code)).At));
        await browser.CodeAsync(client);
        await browser.GetAsync("/test/sign-out");
        Assert.Empty(await provider.SessionsAsync());
    }

    [Fact]
    public async Task In_an_outage_those_who_were_here_a_moment_ago_stay_signed_in_for_a_while()
    {
        var store = new CountingSessionStore();
        await using var provider = await SessionApp.StartAsync(services: services => services.AddSingleton<ISessionStore>(store));
        using var here = await Browser.SignedInAsync(provider);
        using var away = await Browser.SignedInAsync(provider);
        Assert.Equal("alice", await here.WhoAsync());
        store.IsDown = true;
        provider.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(("alice", "nobody"), (await here.WhoAsync(), await away.WhoAsync()));
        provider.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("nobody", await here.WhoAsync());
        await here.GetAsync("/test/sign-out");
        Assert.NotEqual(0, provider.Logged(1812));
        store.IsDown = false;
        Assert.Equal("alice", await away.WhoAsync());
        Assert.Equal(1, provider.Logged(1801));
        Assert.NotEqual(0, provider.Logged(1802));
    }

    [Fact, Trait("SR", "SR-213")]
    public async Task A_code_that_is_issued_while_the_session_ends_is_dead()
    {
        var store = new CountingSessionStore();
        await using var provider = await SessionApp.StartAsync(services: services => services.AddSingleton<ISessionStore>(store));
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        // After the session was looked up, and before the client was noted.
        store.EndsWhenJoined = true;
        (await client.RedeemAsync(await browser.CodeAsync(client))).IsRefused(400, "invalid_grant");
    }
}
