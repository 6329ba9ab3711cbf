using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Clients;
using Gatehouse.Keys;

namespace Gatehouse.Tests.Authorize;

/// <summary>A client that signs its requests, well or badly.</summary>
internal sealed class RequestObjects : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA rsa = RSA.Create(2048);
    private readonly KeyMaterial edwards = KeyMaterial.New(Jwa.EdDSA);

    public JsonElement Jwks
    {
        get
        {
            var (q, n) = (key.ExportParameters(false).Q, rsa.ExportParameters(false));
            return JsonSerializer.SerializeToElement(new JsonObject
            {
                ["keys"] = new JsonArray(
                    new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "ec", ["x"] = Base64Url.EncodeToString(q.X), ["y"] = Base64Url.EncodeToString(q.Y) },
                    new JsonObject(edwards.PublicMembers.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value))) { ["kid"] = "ed" },
                    new JsonObject { ["kty"] = "RSA", ["kid"] = "rsa", ["n"] = Base64Url.EncodeToString(n.Modulus), ["e"] = Base64Url.EncodeToString(n.Exponent) }),
            });
        }
    }

    public byte[] RsaPublicKey => rsa.ExportSubjectPublicKeyInfo();

    public Client Register(Client client) => client with { RequireConsent = false, Jwks = Jwks };

    /// <summary>The claims of a well-behaved client; null takes one away.</summary>
    public static JsonObject Claims(TestClient client, params (string Name, JsonNode? Value)[] changes)
    {
        var claims = new JsonObject { ["iss"] = client.Id, ["aud"] = TestProvider.Issuer, ["exp"] = client.Provider.Clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds() };
        foreach (var (name, value) in Browser.Parameters(client)) claims[name] = value;
        foreach (var (name, value) in changes)
            if (value is null) claims.Remove(name);
            else claims[name] = value;
        return claims;
    }

    public string Sign(JsonObject claims, string alg = "ES256", string? header = null) => Sign(claims.ToJsonString(), alg, header);

    public string Sign(string claims, string alg = "ES256", string? header = null)
    {
        var text = Encode(header ?? $$"""{"alg":"{{alg}}","typ":"oauth-authz-req+jwt","kid":"{{alg switch { "ES256" => "ec", "EdDSA" => "ed", _ => "rsa" }}}"}""") + "." + Encode(claims);
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = alg switch
        {
            "none" => [],
            "ES256" => key.SignData(bytes, HashAlgorithmName.SHA256),
            "EdDSA" => SignEdwards(bytes),
            "RS256" => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "PS256" => rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            // The oldest trick: the public key, which everybody has, as a secret.
            "HS256" => HMACSHA256.HashData(RsaPublicKey, bytes),
            _ => throw new ArgumentOutOfRangeException(nameof(alg)),
        };
        return text + "." + Base64Url.EncodeToString(signature);
    }

    private byte[] SignEdwards(byte[] bytes)
    {
        var signature = new byte[edwards.SignatureLength];
        edwards.Sign(bytes, signature);
        return signature;
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    public void Dispose()
    {
        key.Dispose();
        rsa.Dispose();
        edwards.Dispose();
    }
}
