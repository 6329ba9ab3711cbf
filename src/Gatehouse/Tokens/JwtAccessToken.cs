// RFC 9068 - JSON Web Token (JWT) Profile for OAuth 2.0 Access Tokens
using Gatehouse.Keys;
using Gatehouse.Protocol;

namespace Gatehouse.Tokens;

/// <summary>An access token for a resource that lives elsewhere, which checks it with our JWKS and never asks us.</summary>
internal static class JwtAccessToken
{
    public const string Type = "at+jwt";

    /// <summary>The family (Grant Management for OAuth 2.0 calls it <c>grant_id</c>): introspection sees by it that the grant was revoked.</summary>
    public const string GrantId = "grant_id";

    private sealed record Content(string Issuer, string Audience, AuthorizedGrant Grant, bool HasFamily, Scopes Scopes, DateTimeOffset Now, TimeSpan Lifetime);

    public static string Write(SigningKey key, string issuer, string audience, AuthorizedGrant grant, bool hasFamily, Scopes scopes, DateTimeOffset now, TimeSpan lifetime) =>
        JwtWriter.Write(key, Type, new Content(issuer, audience, grant, hasFamily, scopes, now, lifetime), static (json, token) =>
        {
            json.WriteString("iss"u8, token.Issuer);
            // §2.2: a client that acts for itself is its own subject.
            json.WriteString("sub"u8, token.Grant.Subject ?? token.Grant.Client.Id);
            json.WriteString("aud"u8, token.Audience);
            json.WriteString("client_id"u8, token.Grant.Client.Id);
            if (!token.Scopes.IsEmpty) json.WriteString("scope"u8, token.Scopes.ToString());
            json.WriteNumber("iat"u8, token.Now.ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (token.Now + token.Lifetime).ToUnixTimeSeconds());
            json.WriteString("jti"u8, Handle.NewId());
            // A token that nothing can be refreshed with leaves no trace in the store, so there is no family to name.
            if (token.HasFamily) json.WriteString(GrantId, token.Grant.FamilyId);
            TokenClaim.Write(json, token.Grant.Claims);
        });
}
