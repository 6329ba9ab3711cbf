using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.Tests.Sessions;

public sealed class GatehouseSessionsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("SR", "SR-214")]
    public async Task A_user_sees_where_they_are_signed_in_and_ends_one_of_them()
    {
        await using var provider = await SessionApp.StartAsync();
        using Browser laptop = new(provider), phone = new(provider), bob = await Browser.SignedInAsync(provider, "2", "bob");
        await laptop.SendAsync(From("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"));
        provider.Clock.Advance(TimeSpan.FromHours(1));
        await phone.SendAsync(From("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"));
        var sessions = await provider.SessionsAsync();
        Assert.Equal(["Safari on iPhone", "Firefox on Linux"], sessions.Select(session => session.Device));
        Assert.NotNull(await provider.Get<GatehouseSessions>().EndAsync(sessions[0].Id, Ct));
        Assert.Null(await provider.Get<GatehouseSessions>().EndAsync(sessions[0].Id, Ct));
        Assert.Equal(("alice", "nobody", "bob"), (await laptop.WhoAsync(), await phone.WhoAsync(), await bob.WhoAsync()));
    }

    [Fact, Trait("SR", "SR-214")]
    public async Task Signing_out_everywhere_else_keeps_this_browser_and_what_was_granted_offline()
    {
        await using var provider = await SessionApp.StartAsync();
        var (online, offline) = (await provider.AddClientAsync(), await provider.AddOfflineClientAsync());
        using Browser here = await Browser.SignedInAsync(provider), there = await Browser.SignedInAsync(provider);
        var kept = await online.RedeemAsync(await here.CodeAsync(online));
        var ended = await online.RedeemAsync(await there.CodeAsync(online));
        var survives = await offline.RedeemAsync(await there.CodeAsync(offline, ("scope", "offline_access")));
        var mine = (await provider.SignInOfAsync(await here.CodeAsync(online))).SessionId;
        Assert.Equal(1, await provider.Get<GatehouseSessions>().EndAllAsync("1", exceptSessionId: mine, ct: Ct));
        Assert.Equal(("alice", "nobody"), (await here.WhoAsync(), await there.WhoAsync()));
        Assert.Equal((true, false, true), (await online.IsActiveAsync(kept.AccessToken), await online.IsActiveAsync(ended.AccessToken), await offline.IsActiveAsync(survives.AccessToken)));
        Assert.Equal(0, await provider.Get<GatehouseSessions>().EndAllAsync("1", mine, includeOfflineGrants: true, Ct));
        Assert.Equal((true, false), (await online.IsActiveAsync(kept.AccessToken), await offline.IsActiveAsync(survives.AccessToken)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signing_out_everywhere_ends_what_was_granted_offline_only_if_told_to(bool includeOfflineGrants)
    {
        await using var provider = await SessionApp.StartAsync();
        var (online, offline) = (await provider.AddClientAsync(), await provider.AddOfflineClientAsync());
        using var browser = await Browser.SignedInAsync(provider);
        var ended = await online.RedeemAsync(await browser.CodeAsync(online));
        var outlives = await offline.RedeemAsync(await browser.CodeAsync(offline, ("scope", "offline_access")));

        Assert.Equal(1, await provider.Get<GatehouseSessions>().EndAllAsync("1", includeOfflineGrants: includeOfflineGrants, ct: Ct));

        Assert.Equal((false, !includeOfflineGrants), (await online.IsActiveAsync(ended.AccessToken), await offline.IsActiveAsync(outlives.AccessToken)));
    }

    [Fact, Trait("SR", "SR-214")]
    public async Task Ending_a_user_ends_every_session_and_every_token_even_one_that_this_node_had_cached()
    {
        await using var provider = await SessionApp.StartAsync(options => (options.CacheAccessTokens, options.AccessTokenCacheLifetime) = (true, TimeSpan.FromSeconds(60)));
        var (client, offline) = (await provider.AddClientAsync(), await provider.AddOfflineClientAsync());
        using var browser = await Browser.SignedInAsync(provider);
        Answer[] answers = [await client.RedeemAsync(await browser.CodeAsync(client)), await client.PasswordAsync()];
        var unbound = await offline.RedeemAsync(await browser.CodeAsync(offline, ("scope", "offline_access")));
        foreach (var answer in answers) Assert.True(await client.IsActiveAsync(answer.AccessToken));
        Assert.Equal(1, await provider.Get<GatehouseSessions>().EndUserAsync("1", Ct));
        foreach (var answer in answers) Assert.False(await client.IsActiveAsync(answer.AccessToken));
        (await offline.RefreshAsync(unbound.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.Equal("nobody", await browser.WhoAsync());
    }

    [Fact]
    public async Task However_many_clients_hold_something_of_a_user_each_is_told_once()
    {
        await using var provider = await SessionApp.StartAsync();
        var (store, now) = (provider.Get<IProtocolStore>(), provider.Clock.GetUtcNow());
        string[] all = [.. Enumerable.Range(0, 450).Select(i => $"client-{i:D3}")];
        foreach (var id in all.Concat(all)) await store.StartAsync(new(Guid.CreateVersion7(now), id, "1", now, now.AddDays(1)), [], Ct);
        Assert.Equal(all, await provider.Get<GatehouseSessions>().TellClientsOfAsync("1", Ct));
        Assert.Equal(all, (await provider.Get<ILogoutOutbox>().ClaimAsync(now, now.AddMinutes(1), 1000, Ct)).Select(notice => notice.ClientId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_families_of_a_user_say_what_was_granted_and_when_it_was_last_used()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var granted = provider.Clock.GetUtcNow();
        var tokens = await client.RedeemAsync(await browser.CodeAsync(client));
        // A use is noted once a minute, and the redemption was one: it is stored before the next, whenever the background comes to it.
        await provider.Get<FamilyUseRecorder>().FlushAsync(Ct);
        provider.Clock.Advance(TimeSpan.FromMinutes(10));
        await client.IntrospectAsync(tokens.AccessToken);
        await client.IntrospectAsync(tokens.AccessToken);
        var used = provider.Clock.GetUtcNow();
        provider.Clock.Advance(TimeSpan.FromMinutes(1));
        await provider.Get<FamilyUseRecorder>().FlushAsync(Ct);
        await Eventually.TrueAsync(async () =>
            Assert.Single(await provider.Get<IProtocolStore>().ListClientsAsync("1", "", 10, provider.Clock.GetUtcNow(), Ct)) == new ClientAccess(client.Id, "notes.read", granted, used));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "Safari on macOS")]
    [InlineData("<script>alert(1)</script>", null)]
    [InlineData("Firefox/<b>", "Firefox")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_device_is_described_in_our_words_only(string? userAgent, string? description) => Assert.Equal(description, DeviceDescription.Of(userAgent));

    private static HttpRequestMessage From(string userAgent)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/test/sign-in?id=1&name=alice");
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        return request;
    }
}
