using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Keys;

namespace Gatehouse.Tests.Introspection;

/// <summary>RFC 8725: the ways in which JWTs have been forged. Each is held against the one endpoint that verifies our own.</summary>
public sealed class ForgedJwtTests
{
    private const string Api = "https://api.example";

    [Fact]
    [Trait("SR", "SR-072")]
    public async Task Neither_none_nor_HMAC_with_our_public_key_verifies()
    {
        await using var provider = await StartAsync();
        var (client, token, payload) = await IssueAsync(provider);
        var header = Jwt.HeaderOf(token);
        var (kid, jwk) = (header.GetProperty("kid").GetString()!, (await provider.Get<KeyRing>().GetAsync(Ct)).Current.PublicKey);
        using var key = PublicKeyOf(jwk);
        var point = key.ExportParameters(false).Q;

        foreach (var alg in new[] { "none", "None", "NONE", "nOnE", "" })
        {
            await IsInactiveAsync(client, Jwt.Make($$"""{"alg":"{{alg}}","kid":"{{kid}}","typ":"at+jwt"}""", payload, _ => []));
            await IsInactiveAsync(client, Jwt.Make($$"""{"alg":"{{alg}}","typ":"at+jwt"}""", payload, _ => [1]));
        }
        byte[][] secrets =
        [
            Encoding.UTF8.GetBytes(jwk), [.. point.X!, .. point.Y!], [4, .. point.X!, .. point.Y!], key.ExportSubjectPublicKeyInfo(),
            Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"), Encoding.UTF8.GetBytes(kid),
        ];
        foreach (var secret in secrets)
            await IsInactiveAsync(client, Jwt.Make($$"""{"alg":"HS256","kid":"{{kid}}","typ":"at+jwt"}""", payload, data => HMACSHA256.HashData(secret, data)));
    }

    [Fact]
    [Trait("SR", "SR-073")]
    public async Task A_key_that_the_token_brings_along_or_points_to_is_not_used()
    {
        await using var provider = await StartAsync();
        var (client, token, payload) = await IssueAsync(provider);
        var kid = Jwt.HeaderOf(token).GetProperty("kid").GetString()!;
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var material = KeyMaterial.FromSubjectPublicKeyInfo(Jwa.ES256, foreign.ExportSubjectPublicKeyInfo());
        var (jwk, ownKid) = (JsonWebKey.Write(Jwa.ES256, material), JsonWebKey.Thumbprint(material));
        var certificate = Convert.ToBase64String(new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=x", foreign, HashAlgorithmName.SHA256)
            .CreateSelfSigned(provider.Clock.GetUtcNow(), provider.Clock.GetUtcNow().AddDays(1)).RawData);

        string[] headers =
        [
            $$"""{"alg":"ES256","kid":"{{kid}}","typ":"at+jwt"}""",
            $$"""{"alg":"ES256","kid":"{{ownKid}}","typ":"at+jwt"}""",
            """{"alg":"ES256","typ":"at+jwt"}""",
            $$"""{"alg":"ES256","kid":"{{kid}}","typ":"at+jwt","jwk":{{jwk}}}""",
            $$"""{"alg":"ES256","typ":"at+jwt","jwk":{{jwk}}}""",
            """{"alg":"ES256","typ":"at+jwt","jku":"https://attacker.example/jwks"}""",
            $$"""{"alg":"ES256","kid":"{{kid}}","typ":"at+jwt","jku":"https://attacker.example/jwks","x5u":"https://attacker.example/x5u"}""",
            $$"""{"alg":"ES256","typ":"at+jwt","x5c":["{{certificate}}"]}""",
            $$"""{"alg":"ES256","kid":"../../../dev/null","typ":"at+jwt"}""",
            $$"""{"alg":"ES256","kid":"' OR 1=1 --","typ":"at+jwt"}""",
        ];

        foreach (var header in headers)
            await IsInactiveAsync(client, Jwt.Make(header, payload, data => foreign.SignData(data, HashAlgorithmName.SHA256)));
    }

    public static TheoryData<string> WrongHeaders =>
    [
        """{"alg":"ES256","kid":"KID","typ":"at+jwt","crit":["exp"],"exp":1}""",
        """{"alg":"ES256","kid":"KID","typ":"at+jwt","crit":["b64"],"b64":true}""",
        """{"alg":"ES256","kid":"KID","typ":"at+jwt","crit":[]}""",
        """{"alg":"ES256","kid":"KID","typ":"JWT"}""",
        """{"alg":"ES256","kid":"KID","typ":"logout+jwt"}""",
        """{"alg":"ES256","kid":"KID","typ":"oauth-authz-req+jwt"}""",
        """{"alg":"ES256","kid":"KID","typ":""}""",
        """{"alg":"ES256","kid":"KID"}""",
        """{"alg":"ES384","kid":"KID","typ":"at+jwt"}""",
        """{"alg":"RS256","kid":"KID","typ":"at+jwt"}""",
        """{"alg":"EdDSA","kid":"KID","typ":"at+jwt"}""",
        """{"kid":"KID","typ":"at+jwt"}""",
        """{"alg":"ES256","typ":"at+jwt"}""",
        """{"alg":"ES256","kid":"KID","typ":"at+jwt","typ":"at+jwt"}""",
        """{"alg":"none","alg":"ES256","kid":"KID","typ":"at+jwt"}""",
    ];

    /// <summary>Signed by our very own key, as a bug elsewhere or another kind of token might be.</summary>
    [Theory, MemberData(nameof(WrongHeaders))]
    [Trait("SR", "SR-071")]
    [Trait("SR", "SR-074")]
    public async Task Our_own_signature_is_not_enough_under_a_wrong_header(string header)
    {
        await using var provider = await StartAsync();
        var (client, token, payload) = await IssueAsync(provider);

        await IsInactiveAsync(client, await ReSignAsync(provider, header.Replace("KID", Jwt.HeaderOf(token).GetProperty("kid").GetString(), StringComparison.Ordinal), payload));
        Assert.True(await client.IsActiveAsync(await ReSignAsync(provider, Jwt.HeaderOf(token).GetRawText(), payload)));
    }

    [Theory]
    [InlineData("\"client_id\":\"app\"", "\"client_id\":\"app\",\"client_id\":\"app\"")]
    [InlineData("\"client_id\":\"app\"", "\"client_id\":\"nobody\"")]
    [InlineData("\"iss\":\"https://app.example\"", "\"iss\":\"https://app.example/\"")]
    [InlineData("\"iss\":\"https://app.example\"", "\"iss\":\"https://attacker.example\"")]
    [InlineData("\"aud\":\"https://api.example\"", "\"aud\":\"https://unknown.example\"")]
    public async Task Nor_is_it_over_a_payload_that_we_would_not_write(string written, string altered)
    {
        await using var provider = await StartAsync();
        var (client, token, payload) = await IssueAsync(provider);
        Assert.Contains(written, payload, StringComparison.Ordinal);

        await IsInactiveAsync(client, await ReSignAsync(provider, Jwt.HeaderOf(token).GetRawText(), payload.Replace(written, altered, StringComparison.Ordinal)));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task<TestProvider> StartAsync() => TestProvider.StartAsync(options => options.Resources.Add(new() { Identifier = Api }));

    private static async Task<(TestClient Client, string Token, string Payload)> IssueAsync(TestProvider provider)
    {
        var client = await provider.AddClientAsync();
        var token = (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api))).AccessToken;
        Assert.True(await client.IsActiveAsync(token));
        return (client, token, Jwt.PayloadOf(token).GetRawText());
    }

    private static async Task<string> ReSignAsync(TestProvider provider, string header, string payload)
    {
        var key = (await provider.Get<KeyRing>().GetAsync(Ct)).Current;
        return Jwt.Make(header, payload, data =>
        {
            var signature = new byte[key.SignatureLength];
            key.Sign(data, signature);
            return signature;
        });
    }

    private static async Task IsInactiveAsync(TestClient client, string token) => Assert.Equal("""{"active":false}""", (await client.IntrospectAsync(token)).Body);

    private static ECDsa PublicKeyOf(string jwk)
    {
        var json = JsonDocument.Parse(jwk).RootElement;
        byte[] Of(string name) => System.Buffers.Text.Base64Url.DecodeFromChars(json.GetProperty(name).GetString());
        return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Of("x"), Y = Of("y") } });
    }
}
