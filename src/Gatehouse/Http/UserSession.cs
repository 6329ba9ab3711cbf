// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.1: who the resource owner is)
using System.Security.Claims;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>
/// The app's own sign-in, by the app's own scheme. It is asked by name, so a bearer token that the app's default scheme would accept never counts as a user
/// in front of a browser.
/// </summary>
internal sealed class UserSession(AppSchemes schemes, IOptions<GatehouseOptions> options)
{
    private readonly GatehouseOptions options = options.Value;

    /// <summary>The user, or null. Makes them <c>HttpContext.User</c>: a component of the app may look there.</summary>
    public async ValueTask<SignedInUser?> FindAsync(HttpContext http)
    {
        var ticket = await http.AuthenticateAsync(Known(schemes.Authenticate));
        if (ticket is not { Succeeded: true, Principal.Identity.IsAuthenticated: true })
        {
            http.User = new ClaimsPrincipal(new ClaimsIdentity());
            return null;
        }
        http.User = ticket.Principal;
        var subject = ticket.Principal.FindFirstValue(options.SubjectClaimType) ?? ticket.Principal.FindFirstValue("sub");
        if (string.IsNullOrWhiteSpace(subject) || subject.Length > 255)
            throw new InvalidOperationException(
                $"The signed-in user has no usable claim '{options.SubjectClaimType}' or 'sub'. Put the user's id (at most 255 characters) into the principal that the app signs in, or set Gatehouse:SubjectClaimType to the claim that holds it.");
        return new(subject, ticket.Principal.Identity.Name ?? subject, new(ticket.Properties?.IssuedUtc?.ToUnixTimeSeconds())) { Claims = [.. ticket.Principal.Claims] };
    }

    /// <summary>Sends the browser to the app's sign-in, and from there back to the redirect URI of <paramref name="properties"/>.</summary>
    public Task ChallengeAsync(HttpContext http, AuthenticationProperties properties) => http.ChallengeAsync(Known(schemes.Challenge), properties);

    private static string Known(string? scheme) => scheme ?? throw new InvalidOperationException(
        "The authorization endpoint does not know how users sign in to this app. Call AddAuthentication().AddCookie(...), or set Gatehouse:UserScheme to the app's sign-in scheme, or call AddUserAuthenticator<T>() to have a login page.");
}
