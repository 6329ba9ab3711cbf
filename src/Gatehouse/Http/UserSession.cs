// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.1: who the resource owner is)
using System.Security.Claims;
using Gatehouse.Sessions;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>
/// The app's own sign-in, by the app's own scheme. It is asked by name, so a bearer token that the app's default scheme would accept never counts as a user
/// in front of a browser.
/// </summary>
internal sealed partial class UserSession(
    AppSchemes schemes, IAuthenticationSchemeProvider registered, LiveSessions live, GatehouseSessions sessions, SessionCookie cookie, UserStatus users, IOptions<GatehouseOptions> options, ILogger<UserSession> log)
{
    private readonly GatehouseOptions options = options.Value;

    /// <summary>The user, or null. Makes them <c>HttpContext.User</c>: a component of the app may look there.</summary>
    public async ValueTask<SignedInUser?> FindAsync(HttpContext http)
    {
        var scheme = Known(schemes.Authenticate);
        var ticket = await http.AuthenticateAsync(scheme);
        if (ticket is not { Succeeded: true, Principal.Identity.IsAuthenticated: true }) return Nobody(http);
        var subject = SubjectClaim.Find(ticket.Principal, options.SubjectClaimType) ?? throw new InvalidOperationException(
            $"The signed-in user has no usable claim '{options.SubjectClaimType}' or 'sub'. Put the user's id (at most 255 characters) into the principal that the app signs in, or set Gatehouse:SubjectClaimType to the claim that holds it. (gatehouse explain 7038)");
        if (!await users.IsActiveAsync(subject, http.RequestAborted))
        {
            // Not only refused: a login page that sends signed-in users straight back would otherwise send this one round for ever.
            Disabled(log, subject);
            await SignOutAsync(http);
            return Nobody(http);
        }
        var mark = await MarkAsync(http, scheme, ticket, subject);
        if (mark is { Over: true }) return Nobody(http);
        http.User = ticket.Principal;
        var at = mark.Mark?.SignedInAt ?? ticket.Properties?.IssuedUtc;
        var signIn = new SignIn(at?.ToUnixTimeSeconds(), mark.Mark?.SessionId, SignInClaims.Acr(ticket.Principal), SignInClaims.Amr(ticket.Principal) is { Count: > 0 } amr ? amr : null);
        return new(subject, ticket.Principal.Identity.Name ?? subject, signIn) { Claims = [.. ticket.Principal.Claims] };
    }

    /// <summary>Sends the browser to the app's sign-in, and from there back to the redirect URI of <paramref name="properties"/>.</summary>
    public Task ChallengeAsync(HttpContext http, AuthenticationProperties properties) => http.ChallengeAsync(Known(schemes.Challenge), properties);

    /// <summary>Ends the session, whatever happens in the app's own events, and lets the app's scheme forget the user. Returns the session that ended, if there was one.</summary>
    public async ValueTask<Session?> SignOutAsync(HttpContext http)
    {
        var scheme = Known(schemes.Authenticate);
        var ticket = await http.AuthenticateAsync(scheme);
        var ended = SessionMark.Read(ticket.Properties) is { } mark && live.AreKept ? await sessions.EndAsync(mark.SessionId, http.RequestAborted) : null;
        // One that reads a header or a certificate has nothing to forget.
        if (await HandlesAsync<IAuthenticationSignOutHandler>(scheme)) await http.SignOutAsync(scheme);
        http.User = new ClaimsPrincipal(new ClaimsIdentity());
        return ended;
    }

    /// <summary>What the cookie says of its session; nothing if the app's scheme is not a cookie, because then nothing of ours can travel with it.</summary>
    private async ValueTask<(SessionMark? Mark, bool Over)> MarkAsync(HttpContext http, string scheme, AuthenticateResult ticket, string subject)
    {
        if (!live.AreKept || !await HandlesAsync<CookieAuthenticationHandler>(scheme)) return default;
        if (SessionMark.Read(ticket.Properties) is not { } mark) return (await cookie.AdoptAsync(http, scheme, ticket.Principal!, subject, ticket.Properties ?? new()), false);
        // From the store, not from what the cookie's own check remembered: tokens are about to be issued for it.
        return (mark, await live.FindAsync(mark.SessionId, mark.Stamp, http.RequestAborted) is null);
    }

    private async ValueTask<bool> HandlesAsync<THandler>(string scheme) => typeof(THandler).IsAssignableFrom((await registered.GetSchemeAsync(scheme))?.HandlerType);

    private static SignedInUser? Nobody(HttpContext http)
    {
        http.User = new ClaimsPrincipal(new ClaimsIdentity());
        return null;
    }

    private static string Known(string? scheme) => scheme ?? throw new InvalidOperationException(
        "The authorization endpoint does not know how users sign in to this app. Call AddAuthentication().AddCookie(...), or set Gatehouse:UserScheme to the app's sign-in scheme, or call AddUserAuthenticator<T>() to have a login page. (gatehouse explain 7037)");

    [LoggerMessage(1813, LogLevel.Information, "User '{Subject}' is signed in at the app, but the app says that they are not active: they were signed out, and everything of their session ended.")]
    private static partial void Disabled(ILogger log, string subject);
}
