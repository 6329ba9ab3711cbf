// RFC 6749 - The OAuth 2.0 Authorization Framework (§1.4: access tokens as identifiers)
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Tokens;

/// <summary>What a reference access token stands for. It says nothing to who holds it, and dies the moment it is revoked.</summary>
internal sealed record ReferenceAccessToken(
    [property: JsonPropertyName("scope")] string Scope,
    [property: JsonPropertyName("aud")] string? Audience,
    [property: JsonPropertyName("iat")] long IssuedAt,
    [property: JsonPropertyName("claims")] IReadOnlyList<TokenClaim>? Claims,
    [property: JsonPropertyName("userinfo_claims")] IReadOnlyList<string>? UserInfoClaims,
    [property: JsonPropertyName("claims_locales")] string? ClaimsLocales)
{
    public const string Kind = "access_token";
    public const string Prefix = "gta_";

    public static Artifact Write(Handle handle, AuthorizedGrant grant, Scopes scopes, string? audience, IReadOnlyList<TokenClaim> claims, DateTimeOffset now, TimeSpan lifetime)
    {
        var token = new ReferenceAccessToken(scopes.ToString(), audience, now.ToUnixTimeSeconds(), claims.Count == 0 ? null : claims, grant.UserInfoClaims(scopes), grant.ClaimsLocales);
        return new(handle.Id, Kind, grant.FamilyId, grant.Client.Id, grant.Subject, handle.SecretHash(), JsonSerializer.Serialize(token, TokenJson.Default.ReferenceAccessToken), now + lifetime);
    }

    public static ReferenceAccessToken Read(Artifact artifact) => JsonSerializer.Deserialize(artifact.Payload, TokenJson.Default.ReferenceAccessToken)!;
}
