using System.Security.Claims;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Authentication;

namespace Gatehouse.Bearer;

/// <summary>What the app sees of a token: the same user that its own cookie would give it.</summary>
internal static class AccessTokenPrincipal
{
    public static AuthenticationTicket TicketOf(AccessToken token)
    {
        var claims = new List<Claim>(4 + token.Claims.Count);
        // A client that acts for itself is no user: a name identifier that happened to be a user's would make it that user (SR-078).
        if (token.Subject is { } subject)
        {
            claims.Add(new("sub", subject));
            claims.Add(new(ClaimTypes.NameIdentifier, subject));
        }
        claims.Add(new("client_id", token.Client.Id));
        if (!token.Scopes.IsEmpty) claims.Add(new("scope", token.Scopes.ToString()));
        foreach (var claim in token.Claims) claims.Add(claim.ToClaim());

        var identity = new ClaimsIdentity(claims, GatehouseAuthentication.Scheme, Spelling(token, "name") ?? ClaimTypes.Name, Spelling(token, "role", "roles") ?? ClaimTypes.Role);
        return new(new(identity), new() { IssuedUtc = token.IssuedAt, ExpiresUtc = token.ExpiresAt }, GatehouseAuthentication.Scheme);
    }

    /// <summary>Names and roles are found however the app spells them: as .NET does, or as JWTs do (RFC 9068 §2.2.3.1).</summary>
    private static string? Spelling(AccessToken token, params ReadOnlySpan<string> names)
    {
        foreach (var claim in token.Claims)
            if (names.Contains(claim.Type))
                return claim.Type;
        return null;
    }
}
