using Gatehouse.Tests.Authorize;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Sessions;

/// <summary>The cookie stays the app's: its events, its tickets, its choice.</summary>
public sealed class AppCookieTests
{
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
}
