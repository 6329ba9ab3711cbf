// RFC 9068 - JSON Web Token (JWT) Profile for OAuth 2.0 Access Tokens
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Protocol;

namespace Gatehouse.Tokens;

/// <summary>An access token for a resource that lives elsewhere, which checks it with our JWKS and never asks us.</summary>
internal static class JwtAccessToken
{
    public const string Type = "at+jwt";

    /// <summary>The family (Grant Management for OAuth 2.0 calls it <c>grant_id</c>): introspection sees by it that the grant was revoked.</summary>
    public const string GrantId = "grant_id";

    /// <summary>What userinfo is asked for by name, and in which languages.</summary>
    public const string UserInfoClaims = "userinfo_claims", ClaimsLocales = "claims_locales";

    /// <param name="Issuer">The <c>iss</c>.</param>
    /// <param name="Subject">The <c>sub</c>: the user, as this client knows them (§6); null where the client acts for itself.</param>
    /// <param name="Audiences">The <c>aud</c>: a string if it is one.</param>
    /// <param name="Grant">Where it comes from.</param>
    /// <param name="HasFamily">Whether the store knows of the grant. A token that nothing can be refreshed with leaves no trace there, so there is no family to name.</param>
    /// <param name="Scopes">What it allows.</param>
    /// <param name="Claims">What the app adds.</param>
    /// <param name="Now">The <c>iat</c>.</param>
    /// <param name="Lifetime">Until <c>exp</c>.</param>
    internal sealed record Content(
        string Issuer, string? Subject, IReadOnlyList<string> Audiences, AuthorizedGrant Grant, bool HasFamily, Scopes Scopes, IReadOnlyList<TokenClaim> Claims, DateTimeOffset Now, TimeSpan Lifetime);

    public static ValueTask<string> WriteAsync(SigningKey key, Content content, CancellationToken ct) => JwtWriter.WriteAsync(key, Type, content, static (json, token) =>
    {
        json.WriteString("iss"u8, token.Issuer);
        // §2.2: a client that acts for itself is its own subject.
        json.WriteString("sub"u8, token.Subject ?? token.Grant.Client.Id);
        WriteAudience(json, token.Audiences);
        json.WriteString("client_id"u8, token.Grant.Client.Id);
        if (!token.Scopes.IsEmpty) json.WriteString("scope"u8, token.Scopes.ToString());
        json.WriteNumber("iat"u8, token.Now.ToUnixTimeSeconds());
        json.WriteNumber("exp"u8, (token.Now + token.Lifetime).ToUnixTimeSeconds());
        json.WriteString("jti"u8, Handle.NewId());
        // Kept here because there is no row to keep them in; userinfo alone reads them.
        if (token.Grant.UserInfoClaims(token.Scopes) is { } asked)
        {
            json.WriteStartArray(UserInfoClaims);
            foreach (var name in asked) json.WriteStringValue(name);
            json.WriteEndArray();
            if (token.Grant.ClaimsLocales is { } locales) json.WriteString(ClaimsLocales, locales);
        }
        if (token.HasFamily) json.WriteString(GrantId, token.Grant.FamilyId);
        ClaimJson.Write(json, token.Claims);
    }, ct);

    /// <summary>A string if it is one, which is what most libraries have been tried with (RFC 7519 §4.1.3).</summary>
    public static void WriteAudience(Utf8JsonWriter json, IReadOnlyList<string> audiences)
    {
        if (audiences is [var only])
        {
            json.WriteString("aud"u8, only);
            return;
        }
        json.WriteStartArray("aud"u8);
        foreach (var audience in audiences) json.WriteStringValue(audience);
        json.WriteEndArray();
    }
}
