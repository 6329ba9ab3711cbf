// RFC 7517 - JSON Web Key (JWK) (§9.3, RFC 7518 §6, RFC 8037 §2, RFC 5958: private keys in files)
using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Keys;

namespace Gatehouse.Cli.Keys;

/// <summary>Reads a private key as other programs write it: PKCS #8 in PEM or DER, the older PEM forms of EC and RSA, or a JWK.</summary>
internal static class PrivateKeyFile
{
    /// <exception cref="CryptographicException">It is no private key that we sign with; the message says what to change.</exception>
    public static SigningKey Read(byte[] file, string? algorithm)
    {
        var text = Encoding.UTF8.GetString(file);
        if (text.AsSpan().TrimStart().StartsWith("{")) return FromJwk(text, algorithm);
        var pkcs8 = text.Contains("-----BEGIN ", StringComparison.Ordinal) ? FromPem(text) : file;
        return Open(pkcs8, algorithm);
    }

    private static SigningKey Open(byte[] pkcs8, string? algorithm)
    {
        var fitting = AlgorithmsOf(pkcs8);
        if (algorithm is null && fitting.Length > 1) throw new CryptographicException($"An RSA key signs with one algorithm: say which with --algorithm {string.Join(" or ", fitting)}.");
        if (algorithm is not null && !fitting.Contains(algorithm)) throw new CryptographicException($"This key cannot sign with {algorithm}; it can with {string.Join(" or ", fitting)}.");
        return SigningKey.Open(algorithm ?? fitting[0], pkcs8);
    }

    /// <summary>RFC 5958 §2: version, then the algorithm.</summary>
    private static string[] AlgorithmsOf(byte[] pkcs8)
    {
        try
        {
            var info = new AsnReader(pkcs8, AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            return info.ReadSequence().ReadObjectIdentifier() switch
            {
                "1.2.840.10045.2.1" => [Jwa.ES256],
                "1.2.840.113549.1.1.1" => [Jwa.RS256, Jwa.PS256],
                "1.3.101.112" => [Jwa.EdDSA],
                var other => throw new CryptographicException($"Keys of the kind {other} are not used. Take EC on P-256, RSA of 2048 bits or more, or Ed25519."),
            };
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("This is no private key in PKCS #8, PEM or JWK.", e);
        }
    }

    private static byte[] FromPem(string text)
    {
        // EC files begin with parameters, and some with a certificate.
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            var der = Convert.FromBase64String(rest[fields.Base64Data].ToString());
            switch (rest[fields.Label].ToString())
            {
                case "PRIVATE KEY": return der;
                case "EC PRIVATE KEY":
                    using (var key = ECDsa.Create())
                    {
                        key.ImportECPrivateKey(der, out _);
                        return key.ExportPkcs8PrivateKey();
                    }
                case "RSA PRIVATE KEY":
                    using (var key = RSA.Create())
                    {
                        key.ImportRSAPrivateKey(der, out _);
                        return key.ExportPkcs8PrivateKey();
                    }
                case "ENCRYPTED PRIVATE KEY":
                    throw new CryptographicException("The file is encrypted. Decrypt it first: openssl pkcs8 -in key.pem -out plain.pem");
            }
        }
        throw new CryptographicException("The file holds no private key.");
    }

    private static SigningKey FromJwk(string text, string? algorithm)
    {
        using var document = Parse(text);
        var jwk = document.RootElement;
        if (jwk.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array)
        {
            var whole = keys.EnumerateArray().Where(key => key.TryGetProperty("d", out _)).ToList();
            if (whole.Count != 1) throw new CryptographicException($"The set holds {whole.Count} private keys. Give a file with the one to import.");
            jwk = whole[0];
        }
        var named = jwk.TryGetProperty("alg", out var alg) ? alg.GetString() : null;
        byte[] pkcs8;
        switch (jwk.TryGetProperty("kty", out var kty) ? kty.GetString() : null)
        {
            case "EC" when jwk.GetProperty("crv").GetString() == "P-256":
                using (var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = Member(jwk, "x"), Y = Member(jwk, "y") }, D = Member(jwk, "d") }))
                    pkcs8 = key.ExportPkcs8PrivateKey();
                break;
            case "RSA":
                using (var key = RSA.Create(new RSAParameters
                {
                    Modulus = Member(jwk, "n"),
                    Exponent = Member(jwk, "e"),
                    D = Member(jwk, "d"),
                    P = Member(jwk, "p"),
                    Q = Member(jwk, "q"),
                    DP = Member(jwk, "dp"),
                    DQ = Member(jwk, "dq"),
                    InverseQ = Member(jwk, "qi"),
                }))
                    pkcs8 = key.ExportPkcs8PrivateKey();
                break;
            case "OKP" when jwk.GetProperty("crv").GetString() == "Ed25519" && Member(jwk, "d") is { Length: 32 } seed:
                // RFC 8410 §7: what stands before the 32 bytes is always this.
                pkcs8 = [.. Convert.FromHexString("302e020100300506032b657004220420"), .. seed];
                break;
            default:
                throw new CryptographicException("This JWK is of a kind that is not used. Take EC on P-256, RSA of 2048 bits or more, or OKP on Ed25519.");
        }
        return Open(pkcs8, algorithm ?? named);
    }

    private static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new CryptographicException($"The JWK is no JSON: {e.Message}", e);
        }
    }

    private static byte[] Member(JsonElement jwk, string name) =>
        jwk.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && Base64Url.IsValid(member.GetString())
            ? Base64Url.DecodeFromChars(member.GetString()) : throw new CryptographicException($"The JWK has no member {name}, or it is not base64url.");
}
