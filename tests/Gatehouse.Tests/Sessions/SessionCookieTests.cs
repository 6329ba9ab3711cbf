using Gatehouse.Sessions;
using Gatehouse.Tests.Authorize;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Sessions;

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

    [Fact]
    public async Task Being_seen_is_written_once_a_minute_at_most()
    {
        var store = new CountingStore();
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
        var store = new CountingStore { IsDown = true };
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
        var store = new CountingStore();
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
        var store = new CountingStore();
        await using var provider = await SessionApp.StartAsync(services: services => services.AddSingleton<ISessionStore>(store));
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        // After the session was looked up, and before the client was noted.
        store.EndsWhenJoined = true;
        (await client.RedeemAsync(await browser.CodeAsync(client))).IsRefused(400, "invalid_grant");
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_apps_own_events_run_as_before(bool asService)
    {
        var events = new AppEvents();
        await using var provider = await SessionApp.StartAsync(
            services: services => services.AddSingleton(events),
            cookie: options =>
            {
                if (asService) options.EventsType = typeof(AppEvents);
                else options.Events = events;
            });
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        await browser.WhoAsync();
        await browser.GetAsync("/test/sign-out");
        Assert.Equal("/elsewhere", (await browser.AuthorizeAsync(client)).Location);
        Assert.Equal(["SigningIn", "SignedIn", "ValidatePrincipal", "SigningOut", "RedirectToLogin"], events.Seen.Where(name => name != "CheckSlidingExpiration").Distinct());
    }

    [Fact]
    public async Task A_principal_that_the_apps_events_refuse_signs_out_without_waiting_for_itself()
    {
        await using var provider = await SessionApp.StartAsync(cookie: options => options.Events.OnValidatePrincipal = async context =>
        {
            // As the security stamp of ASP.NET Core Identity does.
            if (!context.Request.Query.ContainsKey("stale")) return;
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync("app");
        });
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Equal("nobody", (await browser.GetAsync("/me?stale=1")).Body);
        Assert.Empty(await provider.SessionsAsync());
    }

    [Fact]
    public async Task Tickets_that_the_app_keeps_on_the_server_carry_their_session_too()
    {
        await using var provider = await SessionApp.StartAsync(cookie: options => options.SessionStore = new Tickets());
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Equal("alice", await browser.WhoAsync());
        await browser.GetAsync("/test/sign-out");
        Assert.Empty(await provider.SessionsAsync());
    }

    [Fact]
    public async Task An_app_that_opts_out_keeps_its_cookie_as_it_was()
    {
        await using var provider = await SessionApp.StartAsync(options => options.Sessions.Enabled = false);
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Empty(await provider.SessionsAsync());
        var signIn = await provider.SignInOfAsync(await browser.CodeAsync(client));
        Assert.Equal((null, provider.Clock.GetUtcNow().ToUnixTimeSeconds()), (signIn.SessionId, signIn.At));
        await browser.GetAsync("/test/sign-out");
        Assert.Equal("nobody", await browser.WhoAsync());
    }

    public sealed class AppEvents : CookieAuthenticationEvents
    {
        public List<string> Seen { get; } = [];

        public override Task SigningIn(CookieSigningInContext context) => Note(nameof(SigningIn));

        public override Task SignedIn(CookieSignedInContext context) => Note(nameof(SignedIn));

        public override Task ValidatePrincipal(CookieValidatePrincipalContext context) => Note(nameof(ValidatePrincipal));

        public override Task CheckSlidingExpiration(CookieSlidingExpirationContext context) => Note(nameof(CheckSlidingExpiration));

        public override Task SigningOut(CookieSigningOutContext context) => Note(nameof(SigningOut));

        public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
        {
            context.Response.Redirect("/elsewhere");
            return Note(nameof(RedirectToLogin));
        }

        private Task Note(string name)
        {
            Seen.Add(name);
            return Task.CompletedTask;
        }
    }

    private sealed class Tickets : ITicketStore
    {
        private readonly Dictionary<string, AuthenticationTicket> tickets = [];

        public Task<string> StoreAsync(AuthenticationTicket ticket)
        {
            var key = Guid.CreateVersion7().ToString();
            tickets[key] = ticket;
            return Task.FromResult(key);
        }

        public Task RenewAsync(string key, AuthenticationTicket ticket)
        {
            tickets[key] = ticket;
            return Task.CompletedTask;
        }

        public Task<AuthenticationTicket?> RetrieveAsync(string key) => Task.FromResult(tickets.GetValueOrDefault(key));

        public Task RemoveAsync(string key)
        {
            tickets.Remove(key);
            return Task.CompletedTask;
        }
    }

    /// <summary>Counts, and fails when it is told to.</summary>
    internal sealed class CountingStore : ISessionStore
    {
        private readonly InMemorySessionStore inner = new();

        public bool IsDown { get; set; }

        public int Reads { get; private set; }

        public int Touches { get; private set; }

        private InMemorySessionStore Inner => IsDown ? throw new IOException("The store is down.") : inner;

        public ValueTask StartAsync(Session session, CancellationToken ct) => Inner.StartAsync(session, ct);

        public ValueTask<Session?> FindAsync(string id, CancellationToken ct)
        {
            Reads++;
            return Inner.FindAsync(id, ct);
        }

        public ValueTask<IReadOnlyList<Session>> ListAsync(string subject, CancellationToken ct) => Inner.ListAsync(subject, ct);

        public ValueTask<bool> TryRenewAsync(Session session, CancellationToken ct) => Inner.TryRenewAsync(session, ct);

        public ValueTask<bool> TryTouchAsync(string id, DateTimeOffset lastSeenAt, DateTimeOffset expiresAt, CancellationToken ct)
        {
            Touches++;
            return Inner.TryTouchAsync(id, lastSeenAt, expiresAt, ct);
        }

        public bool EndsWhenJoined { get; set; }

        public async ValueTask<bool> TryAddClientAsync(string id, string clientId, DateTimeOffset now, CancellationToken ct)
        {
            if (EndsWhenJoined) await Inner.TryEndAsync(id, now, ct);
            return await Inner.TryAddClientAsync(id, clientId, now, ct);
        }

        public ValueTask<Session?> TryEndAsync(string id, DateTimeOffset now, CancellationToken ct) => Inner.TryEndAsync(id, now, ct);

        public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => Inner.SweepAsync(now, limit, ct);
    }
}
