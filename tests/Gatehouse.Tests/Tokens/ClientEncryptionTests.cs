using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Tests.Authorize;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Tokens;

/// <summary>OpenID Connect Core §10.2: signed, then encrypted to the client, read by Microsoft's library.</summary>
public sealed class ClientEncryptionTests : IDisposable
{
    private readonly RSA key = RSA.Create(2048);

    public void Dispose() => key.Dispose();

    [Theory, InlineData(null), InlineData("A128CBC-HS256"), InlineData("A256CBC-HS512")]
    public async Task An_id_token_is_for_its_clients_key_alone(string? encryption)
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync(change: client => client with { Jwks = JwksOf(key), IdTokenEncryptedResponseAlg = "RSA-OAEP", IdTokenEncryptedResponseEnc = encryption });

        var token = (await client.SignInAsync(("nonce", "n"))).IdToken();

        var header = new JsonWebToken(token);
        Assert.Equal(("RSA-OAEP", encryption ?? "A128CBC-HS256", "JWT", "k1"), (header.Alg, header.Enc, header.Cty, header.Kid));
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new()
        {
            TokenDecryptionKey = new RsaSecurityKey(key),
            ValidIssuer = TestProvider.Issuer,
            ValidAudience = "app",
            ValidateLifetime = false,
            IssuerSigningKeys = new JsonWebKeySet(await provider.Http.GetStringAsync("/oauth2/jwks", TestContext.Current.CancellationToken)).GetSigningKeys(),
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal("n", result.Claims["nonce"]);
    }

    [Fact]
    public async Task Userinfo_is_encrypted_with_a_signature_or_without()
    {
        var known = new KnownClaims(new Claim("email", "alice@example.com"));
        await using var provider = await OpenIdApp.StartAsync(known);
        var signed = await provider.AddOpenIdClientAsync("signed", client => client with { Jwks = JwksOf(key), UserinfoEncryptedResponseAlg = "RSA-OAEP", UserinfoSignedResponseAlg = "ES256" });
        var plain = await provider.AddOpenIdClientAsync("plain", client => client with { Jwks = JwksOf(key), UserinfoEncryptedResponseAlg = "RSA-OAEP" });

        Assert.Equal("""{"sub":"1","email":"alice@example.com"}""", Decrypt(await UserInfoAsync(plain)));
        var inner = Decrypt(await UserInfoAsync(signed));
        Assert.Equal("signed", Jwt.PayloadOf(inner).GetProperty("aud").GetString());
    }

    [Fact]
    public async Task What_cannot_be_encrypted_is_not_sent_and_the_code_is_still_good()
    {
        await using var provider = await OpenIdApp.StartAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var client = await provider.AddOpenIdClientAsync(change: client => client with { Jwks = JwksOf(key, use: "sig"), IdTokenEncryptedResponseAlg = "RSA-OAEP" });
        using var browser = await Browser.SignedInAsync(provider);
        var code = (await browser.AuthorizeAsync(client, ("scope", "openid"))).Code;

        (await client.RedeemAsync(code)).IsRefused(400, "unauthorized_client");
        Assert.Contains(provider.Logs.Lines, line => line.ToString().Contains("jwks", StringComparison.Ordinal));

        await UpdateAsync(provider, client.Client with { Jwks = JwksOf(key) });
        Assert.Equal(200, (await client.RedeemAsync(code)).Status);
    }

    [Fact]
    public async Task A_client_whose_keys_cannot_be_fetched_is_told_to_come_back()
    {
        await using var provider = await OpenIdApp.StartAsync();
        // A private address: the fetch is refused, as any other that fails would be.
        var client = await provider.AddOpenIdClientAsync(change: client => client with { JwksUri = "https://127.0.0.1:9/jwks", IdTokenEncryptedResponseAlg = "RSA-OAEP", UserinfoEncryptedResponseAlg = "RSA-OAEP" });
        using var browser = await Browser.SignedInAsync(provider);

        var refused = await client.RedeemAsync((await browser.AuthorizeAsync(client, ("scope", "openid"))).Code);

        refused.IsRefused(503, "temporarily_unavailable");
        Assert.Equal(30, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        var token = (await client.PasswordAsync(("scope", "openid"))).AccessToken;
        var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo") { Headers = { Authorization = new("Bearer", token) } };
        Assert.Equal(503, (int)(await provider.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    private string Decrypt(string token) => new JsonWebTokenHandler().DecryptToken(new JsonWebToken(token), new() { TokenDecryptionKey = new RsaSecurityKey(key) });

    private static async Task<string> UserInfoAsync(TestClient client)
    {
        var token = (await client.SignInAsync(("scope", "openid email"))).AccessToken;
        var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo") { Headers = { Authorization = new("Bearer", token) } };
        var answer = await Answer.OfAsync(await client.Provider.Http.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal((200, "application/jwt"), (answer.Status, answer.ContentType));
        return answer.Body;
    }

    private static async Task UpdateAsync(TestProvider provider, Client client)
    {
        Assert.True(await provider.Get<IClientStore>().TryUpdateAsync(client, TestContext.Current.CancellationToken));
        await provider.Get<ClientCache>().RefreshAsync(TestContext.Current.CancellationToken);
    }

    private static JsonElement JwksOf(RSA key, string use = "enc")
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return JsonSerializer.SerializeToElement(new { keys = new[] { new { kty = "RSA", kid = "k1", use, n = Jwt.Encode(parameters.Modulus!), e = Jwt.Encode(parameters.Exponent!) } } });
    }
}
