using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Tokens;

/// <summary>What ASP.NET Core's OpenID Connect handler is made of reads our discovery document, ID token and userinfo by its own rules.</summary>
public sealed class IndependentReaderTests
{
    [Theory, InlineData("ES256"), InlineData("RS256"), InlineData("PS256")]
    public async Task Microsofts_validator_accepts_a_sign_in(string algorithm)
    {
        var known = new KnownClaims(new Claim("name", "Alice"), new("updated_at", "1700000000"));
        await using var provider = await OpenIdApp.StartAsync(known);
        var client = await provider.AddOpenIdClientAsync(change: client => client with { IdTokenSignedResponseAlg = algorithm });
        // Before the keys are read: one of this algorithm is made when the first client needs it.
        var answer = await client.SignInAsync(("nonce", "n-1"), ("scope", "openid profile"));

        var configuration = OpenIdConnectConfiguration.Create(await GetAsync(provider, "/.well-known/openid-configuration", null));
        configuration.JsonWebKeySet = new JsonWebKeySet(await GetAsync(provider, new Uri(configuration.JwksUri).AbsolutePath, null));
        var userInfo = await GetAsync(provider, new Uri(configuration.UserInfoEndpoint).AbsolutePath, answer.AccessToken);
        var now = provider.Clock.GetUtcNow().UtcDateTime;
        var read = await new JsonWebTokenHandler().ValidateTokenAsync(answer.IdToken(), new()
        {
            ValidIssuer = configuration.Issuer,
            ValidAudience = client.Id,
            IssuerSigningKeys = configuration.JsonWebKeySet.GetSigningKeys(),
            LifetimeValidator = (from, until, _, _) => from is null && until > now,
        });
        Assert.True(read.IsValid, read.Exception?.Message);

        // System.IdentityModel's old token class is what the validator takes.
        var token = new System.IdentityModel.Tokens.Jwt.JwtSecurityToken(answer.IdToken());
        var validator = new OpenIdConnectProtocolValidator { RequireStateValidation = false, RequireAuthTime = true, RequireSub = true, NonceLifetime = TimeSpan.FromDays(36500), RequireTimeStampInNonce = false };
        validator.ValidateTokenResponse(new() { ClientId = client.Id, ProtocolMessage = Message(answer), ValidatedIdToken = token, Nonce = "n-1" });
        validator.ValidateUserInfoResponse(new() { UserInfoEndpointResponse = userInfo, ValidatedIdToken = token });
        Assert.Equal("Alice", JsonDocument.Parse(userInfo).RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public async Task It_refuses_another_access_token_and_another_nonce()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();
        var (answer, other) = (await client.SignInAsync(("nonce", "n-1")), await client.SignInAsync(("nonce", "n-2")));
        var token = new System.IdentityModel.Tokens.Jwt.JwtSecurityToken(answer.IdToken());
        var validator = new OpenIdConnectProtocolValidator { RequireStateValidation = false, RequireTimeStampInNonce = false };

        Assert.ThrowsAny<OpenIdConnectProtocolException>(() =>
            validator.ValidateTokenResponse(new() { ClientId = client.Id, ProtocolMessage = Message(answer, other.AccessToken), ValidatedIdToken = token, Nonce = "n-1" }));
        Assert.ThrowsAny<OpenIdConnectProtocolException>(() =>
            validator.ValidateTokenResponse(new() { ClientId = client.Id, ProtocolMessage = Message(answer), ValidatedIdToken = token, Nonce = "n-2" }));
    }

    private static OpenIdConnectMessage Message(Answer answer, string? accessToken = null) => new() { IdToken = answer.IdToken(), AccessToken = accessToken ?? answer.AccessToken };

    private static async Task<string> GetAsync(TestProvider provider, string path, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new("Bearer", token);
        var answer = await provider.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
