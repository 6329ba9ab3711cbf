using Gatehouse.Sessions;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.Tests.Sessions;

/// <summary>When a session begins, whose it is, and what ends it.</summary>
public sealed class SessionCookieTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("SR", "SR-211")]
    public async Task Signing_in_begins_a_session_that_the_code_speaks_of()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        await browser.GetAsync("/test/sign-in-by?amr=pwd%20otp&acr=urn:two");
        var session = await provider.SessionAsync();
        Assert.True(session.Id.Length >= 22, "128 bits are 22 characters.");
        Assert.Equal(["pwd", "otp"], session.Amr);
        var signIn = await provider.SignInOfAsync(await browser.CodeAsync(client));
        Assert.Equal((session.Id, provider.Clock.GetUtcNow().ToUnixTimeSeconds(), "urn:two"), (signIn.SessionId, signIn.At, signIn.Acr));
        Assert.Equal(["pwd", "otp"], signIn.Amr);
        Assert.Equal([client.Id], (await provider.SessionAsync()).Clients);
    }

    [Fact]
    public async Task The_time_of_the_sign_in_does_not_move_when_the_cookie_slides_or_is_written_anew()
    {
        await using var provider = await SessionApp.StartAsync(cookie: options => options.ExpireTimeSpan = TimeSpan.FromMinutes(30));
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var (at, id) = (provider.Clock.GetUtcNow().ToUnixTimeSeconds(), (await provider.SessionAsync()).Id);
        for (var i = 0; i < 3; i++)
        {
            provider.Clock.Advance(TimeSpan.FromMinutes(20));
            var page = await browser.GetAsync("/me");
            Assert.Equal("alice", page.Body);
            Assert.NotNull(page.Header("Set-Cookie"));
        }
        await browser.GetAsync("/test/rewrite");
        var signIn = await provider.SignInOfAsync(await browser.CodeAsync(client));
        Assert.Equal((id, at), (signIn.SessionId, signIn.At));
    }

    [Fact, Trait("SR", "SR-213")]
    public async Task A_session_that_was_ended_on_the_server_refuses_its_cookie()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Equal("alice", await browser.WhoAsync());
        await provider.Get<GatehouseSessions>().EndAsync((await provider.SessionAsync()).Id, Ct);
        Assert.Equal("nobody", await browser.WhoAsync());
        Assert.Equal(302, (await browser.AuthorizeAsync(client)).Status);
        (await browser.AuthorizeAsync(client, ("prompt", "none"))).IsRedirectedError("login_required");
    }

    [Fact, Trait("SR", "SR-213")]
    public async Task What_another_node_ended_is_noticed_within_the_lifetime_of_the_cache_and_at_once_where_tokens_are_issued()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Equal("alice", await browser.WhoAsync());
        await provider.Get<ISessionStore>().TryEndAsync((await provider.SessionAsync()).Id, provider.Clock.GetUtcNow(), Ct);
        Assert.Equal("alice", await browser.WhoAsync());
        Assert.Equal(302, (await browser.AuthorizeAsync(client)).Status);
        provider.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("nobody", await browser.WhoAsync());
    }

    [Fact, Trait("SR", "SR-211")]
    public async Task Signing_in_again_keeps_the_session_of_the_user_and_ends_every_older_cookie()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var tokens = await client.RedeemAsync(await browser.CodeAsync(client));
        var before = await provider.SessionAsync();
        using var thief = browser.Copy();
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        await browser.SignInAsync();
        var after = await provider.SessionAsync();
        Assert.Equal((before.Id, provider.Clock.GetUtcNow()), (after.Id, after.SignedInAt));
        Assert.NotEqual(before.Stamp, after.Stamp);
        Assert.Equal([client.Id], after.Clients);
        Assert.Equal(("alice", "nobody"), (await browser.WhoAsync(), await thief.WhoAsync()));
        Assert.True(await client.IsActiveAsync(tokens.AccessToken));

        // An old cookie cannot end what it no longer is, by signing out or by signing in as somebody else.
        await thief.GetAsync("/test/sign-out");
        using var mallory = thief.Copy();
        await mallory.SignInAsync("666", "mallory");
        Assert.Equal("alice", await browser.WhoAsync());
    }

    [Fact, Trait("SR", "SR-213")]
    public async Task Another_user_in_the_same_browser_gets_another_session_and_the_first_one_ends()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var tokens = await client.RedeemAsync(await browser.CodeAsync(client));
        var first = await provider.SessionAsync();
        await browser.SignInAsync("2", "bob");
        Assert.Empty(await provider.SessionsAsync());
        Assert.NotEqual(first.Id, (await provider.SessionAsync("2")).Id);
        Assert.False(await client.IsActiveAsync(tokens.AccessToken));
    }

    [Fact, Trait("SR", "SR-213")]
    public async Task Signing_out_at_the_app_ends_the_session_and_its_tokens_but_not_those_granted_offline()
    {
        await using var provider = await SessionApp.StartAsync();
        var (online, offline) = (await provider.AddClientAsync(), await provider.AddOfflineClientAsync());
        using var browser = await Browser.SignedInAsync(provider);
        var bound = await online.RedeemAsync(await browser.CodeAsync(online));
        var unbound = await offline.RedeemAsync(await browser.CodeAsync(offline, ("scope", "notes.read offline_access")));
        using var thief = browser.Copy();
        await browser.GetAsync("/test/sign-out");
        Assert.Empty(await provider.SessionsAsync());
        Assert.Equal("nobody", await thief.WhoAsync());
        Assert.False(await online.IsActiveAsync(bound.AccessToken));
        (await online.RefreshAsync(bound.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.Equal(200, (await offline.RefreshAsync(unbound.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_code_that_is_not_redeemed_when_the_session_ends_never_is()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var code = await browser.CodeAsync(client);
        await browser.GetAsync("/test/sign-out");
        (await client.RedeemAsync(code)).IsRefused(400, "invalid_grant");
    }

    [Fact, Trait("SR", "SR-212")]
    public async Task A_session_is_over_when_its_browser_stays_away_or_the_sign_in_is_too_long_ago()
    {
        await using var provider = await SessionApp.StartAsync(options =>
        {
            options.Sessions.IdleLifetime = TimeSpan.FromMinutes(30);
            options.Sessions.AbsoluteLifetime = TimeSpan.FromHours(2);
        });
        using var browser = await Browser.SignedInAsync(provider);
        using var idle = await Browser.SignedInAsync(provider);
        for (var minutes = 0; minutes < 120; minutes += 20)
        {
            Assert.Equal("alice", await browser.WhoAsync());
            provider.Clock.Advance(TimeSpan.FromMinutes(20));
        }
        Assert.Equal(("nobody", "nobody"), (await browser.WhoAsync(), await idle.WhoAsync()));
        Assert.Empty(await provider.SessionsAsync());
        await browser.SignInAsync();
        Assert.Equal("alice", await browser.WhoAsync());
    }

    [Fact, Trait("SR", "SR-082")]
    public async Task A_user_whom_the_app_disabled_is_signed_out_where_tokens_are_issued()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        provider.Users.Inactive.Add("1");
        Assert.Equal(302, (await browser.AuthorizeAsync(client)).Status);
        Assert.Empty(await provider.SessionsAsync());
        Assert.Equal("nobody", await browser.WhoAsync());
    }
}
