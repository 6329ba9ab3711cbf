// RFC 8725 - JSON Web Token Best Current Practices
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Keys;

/// <summary>
/// Verifies JWTs that we signed ourselves: our keys, our algorithm, the expected type, nothing that the token says about keys (SR-071 to SR-074).
/// </summary>
internal static class JwtReader
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = 16 * 1024 };

    /// <summary>The verified payload, or null. Lifetime and audience are the caller's to judge: introspection of an expired token is no error.</summary>
    public static async ValueTask<JsonElement?> ReadAsync(KeyRing.Ring ring, string token, string type, string issuer)
    {
        if (!Handler.CanReadToken(token)) return null;
        var result = await Handler.ValidateTokenAsync(token, new()
        {
            ValidAlgorithms = [SigningKey.Algorithm],
            ValidTypes = [type],
            ValidIssuer = issuer,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireSignedTokens = true,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeys = ring.PublicKeys.Select(key => new Microsoft.IdentityModel.Tokens.JsonWebKey(key)),
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt || jwt.TryGetHeaderValue<object>("crit", out _)) return null;
        return Parse(jwt.EncodedHeader) is null ? null : Parse(jwt.EncodedPayload);
    }

    /// <summary>As it was signed, so that every claim keeps its JSON type. A repeated member is a second meaning, and refused.</summary>
    private static JsonElement? Parse(string encoded)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(encoded), new() { MaxDepth = 16, AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
