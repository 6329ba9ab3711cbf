// RFC 8725 - JSON Web Token Best Current Practices (§3.1: the algorithm belongs to the key)
using System.Security.Cryptography;
using Gatehouse.Keys;
using Microsoft.IdentityModel.Tokens;
using JsonWebKey = Microsoft.IdentityModel.Tokens.JsonWebKey;

namespace Gatehouse.Clients;

/// <summary>Signatures by keys that others published: of clients, and of authorities that vouch for them. Symmetric algorithms are unknown here (SR-072).</summary>
internal static class ClientSignature
{
    /// <summary>Whether the key is one for this algorithm, by its type and by what it says of its use.</summary>
    public static bool Fits(JsonWebKey key, string algorithm) =>
        key.Use is null or "sig" && (key.Alg is null || key.Alg == algorithm)
        && algorithm switch
        {
            Jwa.ES256 => key.Kty == "EC" && key.Crv == "P-256",
            Jwa.RS256 or Jwa.PS256 => key.Kty == "RSA",
            Jwa.EdDSA => key.Kty == "OKP" && key.Crv == "Ed25519",
            _ => false,
        };

    public static bool Verifies(JsonWebKey key, string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        try
        {
            using var material = KeyMaterial.FromMembers(algorithm, name => Base64UrlEncoder.DecodeBytes(name switch { "n" => key.N, "e" => key.E, "x" => key.X, "y" => key.Y, _ => "" }));
            return material.Verify(signed, signature);
        }
        // A point that is not on its curve is a key that verifies nothing.
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return false;
        }
    }
}
