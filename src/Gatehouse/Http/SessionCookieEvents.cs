// OpenID Connect Front-Channel Logout 1.0 - OpenID Connect Front-Channel Logout 1.0 (§3: sessions)
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>
/// The app's own cookie events, with ours around three of them. The app's may be an object, a service (<c>EventsType</c>), or the framework's defaults. They are called through the delegates, so that an app that
/// configures its events after us changes these and still finds its others behind them.
/// </summary>
internal sealed class SessionCookieEvents : CookieAuthenticationEvents
{
    private readonly SessionCookie session;

    public SessionCookieEvents(SessionCookie session, CookieAuthenticationEvents app, Type? appType)
    {
        this.session = session;
        CookieAuthenticationEvents App(HttpContext http) => appType is null ? app : (CookieAuthenticationEvents)http.RequestServices.GetRequiredService(appType);
        OnSigningIn = context => App(context.HttpContext).SigningIn(context);
        OnSignedIn = context => App(context.HttpContext).SignedIn(context);
        OnValidatePrincipal = context => App(context.HttpContext).ValidatePrincipal(context);
        OnCheckSlidingExpiration = context => App(context.HttpContext).CheckSlidingExpiration(context);
        OnSigningOut = context => App(context.HttpContext).SigningOut(context);
        OnRedirectToLogin = context => App(context.HttpContext).RedirectToLogin(context);
        OnRedirectToLogout = context => App(context.HttpContext).RedirectToLogout(context);
        OnRedirectToReturnUrl = context => App(context.HttpContext).RedirectToReturnUrl(context);
        OnRedirectToAccessDenied = context => App(context.HttpContext).RedirectToAccessDenied(context);
    }

    public override async Task SigningIn(CookieSigningInContext context)
    {
        // The app's first: it may still change who signs in.
        await base.SigningIn(context);
        await session.SigningInAsync(context);
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (await session.IsLiveAsync(context)) await base.ValidatePrincipal(context);
        else context.RejectPrincipal();
    }

    public override async Task SigningOut(CookieSigningOutContext context)
    {
        await session.SigningOutAsync(context);
        await base.SigningOut(context);
    }
}

/// <summary>Puts them around the events of the one cookie that says who is signed in: an external login's or a second factor's temporary cookie is no session.</summary>
internal sealed class SessionCookieSetup(IServiceProvider services) : IPostConfigureOptions<CookieAuthenticationOptions>
{
    public void PostConfigure(string? name, CookieAuthenticationOptions options)
    {
        // Asked for late: what an app configures may be built with services that need these options themselves.
        if (name is null || name != services.GetRequiredService<AppSchemes>().Authenticate || !services.GetRequiredService<Sessions.LiveSessions>().AreKept) return;
        options.Events = new SessionCookieEvents(services.GetRequiredService<SessionCookie>(), options.Events ?? new(), options.EventsType);
        options.EventsType = null;
    }
}
