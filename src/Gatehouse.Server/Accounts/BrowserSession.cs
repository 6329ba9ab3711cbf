using System.Security.Claims;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Accounts;

/// <summary>A browser's sign-in: begun, halfway (the password was right, a code is missing), renewed, ended.</summary>
internal sealed partial class BrowserSession(SignInManager<ServerUser> signIn, UserManager<ServerUser> users, Lockout lockout, AccountTrail trail, TimeProvider clock, ILogger<BrowserSession> log)
{
    private const string Halfway = "gatehouse:halfway";

    /// <summary>Signs the user in. The cookie holds the whole sign-in, so nothing of an earlier one lives on (SR-211).</summary>
    public async Task BeginAsync(HttpContext http, ServerUser user, SignInMethod method)
    {
        await lockout.ForgetFailuresAsync(user, http.RequestAborted);
        await signIn.SignInWithClaimsAsync(user, isPersistent: false, method.Claims);
        await http.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        SignedIn(log, user.Id, string.Join(' ', method.Amr));
        trail.SignedIn(http, user, string.Join(' ', method.Amr));
    }

    /// <summary>Remembers for a few minutes, in this browser only, who still has to show a code.</summary>
    public static Task BeginHalfwayAsync(HttpContext http, ServerUser user)
    {
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, user.Id), new(Halfway, user.SecurityStamp!)], IdentityConstants.TwoFactorUserIdScheme);
        return http.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new(identity));
    }

    /// <summary>Null if nobody is halfway in, or something changed since (a password, or the account was disabled).</summary>
    public async Task<ServerUser?> FindHalfwayAsync(HttpContext http)
    {
        if ((await http.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Principal is not { } principal) return null;
        return principal.FindFirstValue(Halfway) is { } stamp && await users.GetUserAsync(principal) is { DisabledAt: null } user && user.SecurityStamp == stamp ? user : null;
    }

    /// <summary>The signed-in user, or null. Makes them <c>HttpContext.User</c>: anti-forgery tokens are bound to that.</summary>
    public async Task<ServerUser?> FindAsync(HttpContext http)
    {
        var ticket = await http.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        http.User = ticket.Principal ?? new(new ClaimsIdentity());
        return ticket.Principal is null ? null : await users.GetUserAsync(ticket.Principal);
    }

    /// <summary>Whether the user proved who they are a short while ago: what changes how they sign in asks for that.</summary>
    public async Task<bool> IsRecentAsync(HttpContext http, TimeSpan age) =>
        (await http.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Properties?.IssuedUtc is { } at && clock.GetUtcNow() - at < age;

    /// <summary>After a change that ended every sign-in of this user: this one goes on, as old as it was and with what it was made by.</summary>
    public async Task ContinueAsync(HttpContext http, ServerUser user)
    {
        // With its own properties, by which the provider knows the session again.
        if ((await http.AuthenticateAsync(IdentityConstants.ApplicationScheme)) is { Principal: { } principal, Properties: { } properties })
            await signIn.SignInWithClaimsAsync(user, properties, SignInMethod.Of(principal));
    }

    public Task EndAsync() => signIn.SignOutAsync();

    [LoggerMessage(5004, LogLevel.Information, "User {Subject} signed in by {Methods}.")]
    private static partial void SignedIn(ILogger log, string subject, string methods);
}
