using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Keys;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using JsonWebKey = Gatehouse.Keys.JsonWebKey;

namespace Gatehouse.Tests.Keys;

/// <summary>RFC 7518: four algorithms, and each key answers to one of them.</summary>
public sealed class AlgorithmTests
{
    public static TheoryData<string> All => [.. Jwa.All];

    [Theory, MemberData(nameof(All))]
    public void A_key_signs_what_its_public_half_verifies(string algorithm)
    {
        using var key = SigningKey.New(algorithm);
        using var reopened = SigningKey.Open(algorithm, key.ExportPkcs8());
        using var verifier = VerificationKey.Read(algorithm, key.PublicKey);
        var signature = new byte[key.SignatureLength];

        reopened.Sign("data"u8, signature);

        Assert.Equal((key.Id, key.PublicKey), (reopened.Id, reopened.PublicKey));
        Assert.Equal((key.Id, key.PublicKey), (verifier.Id, verifier.PublicKey));
        Assert.True(verifier.Verify("data"u8, signature));
        Assert.False(verifier.Verify("Data"u8, signature));
        Assert.False(verifier.Verify("data"u8, signature.AsSpan(1)));
        Assert.False(verifier.Verify("data"u8, [.. signature, 0]));
        signature[10] ^= 1;
        Assert.False(verifier.Verify("data"u8, signature));
    }

    [Theory, MemberData(nameof(All))]
    [Trait("SR", "SR-242")]
    [Trait("SR", "SR-243")]
    public void A_public_key_has_public_members_only(string algorithm)
    {
        using var key = SigningKey.New(algorithm);

        var jwk = JsonDocument.Parse(key.PublicKey).RootElement;

        string[] own = algorithm switch { "ES256" => ["crv", "x", "y"], "EdDSA" => ["crv", "x"], _ => ["e", "n"] };
        Assert.Equal(["kty", "use", "alg", "kid", .. own], jwk.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("sig", algorithm, key.Id), (jwk.GetProperty("use").GetString(), jwk.GetProperty("alg").GetString(), jwk.GetProperty("kid").GetString()));
        if (algorithm is "RS256" or "PS256") Assert.Equal(3072 / 8, key.SignatureLength);
    }

    /// <summary>The thumbprints of RFC 7638 §3.1 and RFC 8037 appendix A.3.</summary>
    [Theory]
    [InlineData("RS256", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
        """{"e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}""")]
    [InlineData("EdDSA", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", """{"crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    public void A_kid_is_the_thumbprint(string algorithm, string thumbprint, string jwk) => Assert.Equal(thumbprint, JsonWebKey.Thumbprint(JsonWebKey.Read(algorithm, jwk)));

    /// <summary>RFC 8037 appendix A.4: Ed25519 leaves no choice, so the signature is known.</summary>
    [Fact]
    public void Ed25519_signs_as_its_specification_does()
    {
        byte[] seed = System.Buffers.Text.Base64Url.DecodeFromChars("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
        using var key = SigningKey.Open(Jwa.EdDSA, [.. Convert.FromHexString("302e020100300506032b657004220420"), .. seed]);
        var signature = new byte[key.SignatureLength];

        key.Sign("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"u8, signature);

        Assert.Equal("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg", Jwt.Encode(signature));
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task What_we_write_another_library_verifies(string algorithm)
    {
        using var key = SigningKey.New(algorithm);
        var token = await JwtWriter.WriteAsync(key, "at+jwt", "alice", static (json, subject) => json.WriteString("sub", subject), TestContext.Current.CancellationToken);

        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new()
        {
            ValidAlgorithms = [algorithm],
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeys = new JsonWebKeySet($$"""{"keys":[{{key.PublicKey}}]}""").GetSigningKeys(),
        });

        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal("alice", result.Claims["sub"]);
    }

    [Fact]
    [Trait("SR", "SR-243")]
    public void Weak_keys_and_keys_of_another_kind_are_refused()
    {
        using var weak = RSA.Create(1024);
        using var enough = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Contains("1024", Refused("RS256", weak.ExportPkcs8PrivateKey()), StringComparison.Ordinal);
        Assert.Contains("P-256", Refused("ES256", p384.ExportPkcs8PrivateKey()), StringComparison.Ordinal);
        Refused("ES256", enough.ExportPkcs8PrivateKey());
        Refused("PS256", p256.ExportPkcs8PrivateKey());
        Refused("EdDSA", p256.ExportPkcs8PrivateKey());
        Refused("EdDSA", [1, 2, 3]);
        Refused("HS256", p256.ExportPkcs8PrivateKey());
        using var accepted = SigningKey.Open("PS256", enough.ExportPkcs8PrivateKey());

        static string Refused(string algorithm, byte[] pkcs8) => Assert.ThrowsAny<CryptographicException>(() => SigningKey.Open(algorithm, pkcs8)).Message;
    }

    [Fact]
    public void A_point_that_is_on_no_curve_is_refused() => Assert.ThrowsAny<CryptographicException>(() => VerificationKey.Read("ES256",
        """{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}"""));
}
