// OpenID Connect Front-Channel Logout 1.0 - OpenID Connect Front-Channel Logout 1.0 (§3: sessions)
using System.Security.Claims;
using Gatehouse.Sessions;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>Ties the app's own cookie to a session on the server, at its three moments: signing in, every request, signing out.</summary>
internal sealed partial class SessionCookie(LiveSessions live, GatehouseSessions sessions, IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<SessionCookie> log)
{
    private readonly string subjectClaim = options.Value.SubjectClaimType;

    /// <summary>
    /// A sign-in: a new session, or the same one with a new stamp if this user had one in this browser; either way no older cookie works any more (SR-211). An app that writes the cookie anew to change what
    /// it holds passes the old properties along, and changes nothing here.
    /// </summary>
    public async Task SigningInAsync(CookieSigningInContext context)
    {
        if (context.Principal is not { } user || SubjectClaim.Find(user, subjectClaim) is not { } subject) return;
        var ct = context.HttpContext.RequestAborted;
        try
        {
            if (SessionMark.Read(context.Properties) is { } kept && await live.FindAsync(kept.SessionId, kept.Stamp, ct) is { } same && same.Subject == subject) return;
            var session = await ReplaceAsync(context, Facts(context.HttpContext, user, subject), ct);
            new SessionMark(session.Id, session.Stamp, session.SignedInAt).Write(context.Properties);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // The app can sign users in without us. The authorization endpoint begins the session when it is needed.
            NotStarted(log, e);
            SessionMark.Remove(context.Properties);
        }
    }

    private async ValueTask<Session> ReplaceAsync(CookieSigningInContext context, SignInFacts facts, CancellationToken ct)
    {
        // An outdated cookie proves nothing about the session that it names, so it neither continues nor ends it.
        if (SessionMark.Read((await CookieTicket.ReadAsync(context.HttpContext, context.Options))?.Properties) is { } mark && await live.FindAsync(mark.SessionId, mark.Stamp, ct) is { } old)
        {
            if (old.Subject == facts.Subject && await live.TryRenewAsync(old, facts, ct) is { } renewed) return renewed;
            await sessions.EndAsync(old.Id, ct);
        }
        return await live.StartAsync(facts, clock.GetUtcNow(), ct);
    }

    /// <summary>False for a cookie whose session has ended on the server (SR-213). A cookie from before there were sessions is believed, as it was.</summary>
    public ValueTask<bool> IsLiveAsync(CookieValidatePrincipalContext context)
    {
        if (SessionMark.Read(context.Properties) is not { } mark) return new(true);
        // A ticket that the app keeps on the server is gone before the event of signing out.
        context.HttpContext.Items[typeof(SessionMark)] = mark;
        return live.IsLiveAsync(mark.SessionId, mark.Stamp, context.HttpContext.RequestAborted);
    }

    public async Task SigningOutAsync(CookieSigningOutContext context)
    {
        var ct = context.HttpContext.RequestAborted;
        try
        {
            var mark = SessionMark.Read((await CookieTicket.ReadAsync(context.HttpContext, context.Options))?.Properties) ?? context.HttpContext.Items[typeof(SessionMark)] as SessionMark;
            if (mark is not null && await live.FindAsync(mark.SessionId, mark.Stamp, ct) is { } session)
                await sessions.EndAsync(session.Id, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // The browser forgets the cookie all the same.
            NotEnded(log, e);
        }
    }

    /// <summary>For a cookie from before there were sessions: one that began when that was issued, which is the best that anybody knows.</summary>
    public async ValueTask<SessionMark> AdoptAsync(HttpContext http, string scheme, ClaimsPrincipal user, string subject, AuthenticationProperties properties)
    {
        var session = await live.StartAsync(Facts(http, user, subject), properties.IssuedUtc ?? clock.GetUtcNow(), http.RequestAborted);
        var mark = new SessionMark(session.Id, session.Stamp, session.SignedInAt);
        mark.Write(properties);
        // With its old properties, so it lasts as long as it would have.
        await http.SignInAsync(scheme, user, properties);
        return mark;
    }

    private static SignInFacts Facts(HttpContext http, ClaimsPrincipal user, string subject) =>
        new(subject, SignInClaims.Amr(user), SignInClaims.Acr(user), DeviceDescription.Of(http.Request.Headers.UserAgent));

    [LoggerMessage(1811, LogLevel.Warning, "A user signed in at the app without a session on the server, because the store failed. They are signed in; the session begins with their first visit to the authorization endpoint.")]
    private static partial void NotStarted(ILogger log, Exception e);

    [LoggerMessage(1812, LogLevel.Warning, "A user signed out at the app, but their session could not be ended, because the store failed: their tokens live on until they expire, and clients were not told. End it with GatehouseSessions, or let it run out.")]
    private static partial void NotEnded(ILogger log, Exception e);
}
