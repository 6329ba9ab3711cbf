// RFC 7517 - JSON Web Key (JWK) (§5: JWK Set, §9.3; RFC 7518 §6)
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Clients;

/// <summary>Which JWK Sets of clients we take: public keys, of kinds and sizes that are worth trusting (SR-154).</summary>
internal static class KeySet
{
    private const int MaxKeys = 20, MinRsaBytes = 256, MaxRsaBytes = 1024, MaxKeyIdLength = 255;

    /// <summary>RFC 7518 §6.2.2, §6.3.2, §6.4.1: what only the client may know.</summary>
    private static readonly string[] secrets = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <summary>What is wrong with a JWK Set, or null. A key that we cannot use is no fault while there is another (RFC 7517 §5); a secret always is one.</summary>
    public static string? Problem(JsonElement set)
    {
        if (set.ValueKind is not JsonValueKind.Object || !set.TryGetProperty("keys", out var keys) || keys.ValueKind is not JsonValueKind.Array)
            return "must be a JWK Set: an object with an array 'keys' (RFC 7517 section 5)";
        if (keys.GetArrayLength() is 0 or > MaxKeys) return $"must have 1 to {MaxKeys} keys";
        if (keys.EnumerateArray().Select(SecretIn).FirstOrDefault(problem => problem is not null) is { } secret) return secret;
        return keys.EnumerateArray().Any(key => ProblemOf(key) is null) ? null : ProblemOf(keys[0]);
    }

    /// <summary>The keys that can be used, of a set that has no <see cref="Problem"/>. Member by member: certificates and URLs beside a key are nothing that we follow.</summary>
    public static IReadOnlyList<JsonWebKey> Read(JsonElement set) =>
    [
        .. set.GetProperty("keys").EnumerateArray().Where(key => ProblemOf(key) is null).Select(key => new JsonWebKey
        {
            Kty = TextOf(key, "kty"), Kid = TextOf(key, "kid"), Use = TextOf(key, "use"), Alg = TextOf(key, "alg"), Crv = TextOf(key, "crv"),
            X = TextOf(key, "x"), Y = TextOf(key, "y"), N = TextOf(key, "n"), E = TextOf(key, "e"),
        }),
    ];

    private static string? SecretIn(JsonElement key)
    {
        if (key.ValueKind is not JsonValueKind.Object) return "has a key that is not an object";
        if (secrets.FirstOrDefault(name => key.TryGetProperty(name, out _)) is { } secret)
            return $"has a key with the member '{secret}', which is secret; send public keys only, and replace that key: it is known to others now";
        return TextOf(key, "kty") == "oct" ? "has a symmetric key; only public keys are taken" : null;
    }

    private static string? ProblemOf(JsonElement key)
    {
        if (key.TryGetProperty("kid", out var kid) && (kid.ValueKind is not JsonValueKind.String || kid.GetString()!.Length is 0 or > MaxKeyIdLength))
            return $"has a kid that is not a string of 1 to {MaxKeyIdLength} characters";
        if (key.TryGetProperty("use", out var use) && !(use.ValueKind is JsonValueKind.String && (use.ValueEquals("sig") || use.ValueEquals("enc"))))
            return "has a use other than sig and enc";
        return TextOf(key, "kty") switch
        {
            "RSA" => IsRsa(key) ? null : "has an RSA key that is malformed or not 2048 to 8192 bits long",
            "EC" => IsCurve(key) ? null : "has an EC key that is malformed or on a curve other than P-256, P-384 and P-521",
            "OKP" => TextOf(key, "crv") is "Ed25519" && Bytes(key, "x") == 32 ? null : "has an OKP key that is malformed or on a curve other than Ed25519",
            _ => "has a key whose kty is not RSA, EC or OKP",
        };
    }

    private static bool IsRsa(JsonElement key) => Bytes(key, "n") is >= MinRsaBytes and <= MaxRsaBytes && Bytes(key, "e") is >= 1 and <= 8;

    /// <summary>Also that the point lies on its curve: who computes with one that does not can lose a private key (RFC 8725 §3.4).</summary>
    private static bool IsCurve(JsonElement key)
    {
        var (curve, size) = TextOf(key, "crv") switch
        {
            "P-256" => (ECCurve.NamedCurves.nistP256, 32),
            "P-384" => (ECCurve.NamedCurves.nistP384, 48),
            "P-521" => (ECCurve.NamedCurves.nistP521, 66),
            _ => (default, 0),
        };
        if (size == 0 || Bytes(key, "x") != size || Bytes(key, "y") != size) return false;
        try
        {
            using var _ = ECDsa.Create(new ECParameters { Curve = curve, Q = new() { X = Base64Url.DecodeFromChars(TextOf(key, "x")), Y = Base64Url.DecodeFromChars(TextOf(key, "y")) } });
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static int? Bytes(JsonElement key, string name) =>
        TextOf(key, name) is { } text && Base64Url.IsValid(text, out var length) && !text.Contains('=') ? length : null;

    private static string? TextOf(JsonElement key, string name) => key.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
