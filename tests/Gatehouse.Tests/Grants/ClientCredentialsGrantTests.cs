using Gatehouse.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Grants;

/// <summary>RFC 6749 §4.4, with RFC 8707 resources and RFC 9068 tokens.</summary>
public sealed class ClientCredentialsGrantTests
{
    private const string Api = "https://api.example";

    [Fact]
    [Trait("SR", "SR-078")]
    public async Task Public_clients_are_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        var spa = await provider.AddClientAsync("spa", client => client with { TokenEndpointAuthMethod = "none", Secrets = [] });

        (await spa.TokenAsync(("grant_type", "client_credentials"))).IsRefused(400, "unauthorized_client");
    }

    [Fact]
    [Trait("SR", "SR-078")]
    [Trait("SR", "SR-067")]
    [Trait("SR", "SR-070")]
    public async Task A_client_gets_a_reference_token_for_the_apps_own_API_and_nothing_to_refresh()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        var answer = await client.TokenAsync(("grant_type", "client_credentials"), ("scope", "notes.read"));

        Assert.Equal(["access_token", "token_type", "expires_in"], answer.Members);
        Assert.StartsWith("gta_", answer.AccessToken, StringComparison.Ordinal);
        var token = (await client.IntrospectAsync(answer.AccessToken)).Json;
        Assert.Equal(("app", TestProvider.Issuer, "notes.read"), (token.GetProperty("client_id").GetString(), token.GetProperty("aud").GetString(), token.GetProperty("scope").GetString()));
        // What the store remembers has no subject, so nothing can take it for a user's.
        var artifact = await provider.Get<IProtocolStore>().FindAsync(answer.AccessToken.Substring(4, 12), TestContext.Current.CancellationToken);
        Assert.Null(artifact!.Subject);
    }

    [Theory, InlineData(Api), InlineData(Api + "/"), InlineData("HTTPS://API.example"), InlineData("https://Api.Example/")]
    [Trait("SR", "SR-070")]
    [Trait("SR", "SR-071")]
    [Trait("SR", "SR-081")]
    public async Task A_declared_resource_gets_a_JWT_that_any_JwtBearer_verifies(string resource)
    {
        await using var provider = await WithApiAsync();
        var client = await provider.AddClientAsync();

        var answer = await client.TokenAsync(("grant_type", "client_credentials"), ("resource", resource));

        Assert.Equal(600, answer.Json.GetProperty("expires_in").GetInt32());
        var token = await VerifyAsync(provider, answer.AccessToken);
        Assert.Equal("at+jwt", token.Typ);
        Assert.Equal("ES256", token.Alg);
        Assert.Equal([Api], token.Audiences);
        Assert.Equal((TestProvider.Issuer, "app", "app", "notes.read notes.write"),
            (token.Issuer, token.Subject, token.GetClaim("client_id").Value, token.GetClaim("scope").Value));
        Assert.Equal(provider.Clock.GetUtcNow().AddSeconds(600).UtcDateTime, token.ValidTo);
        Assert.NotEqual(token.Id, Jwt.PayloadOf((await client.TokenAsync(("grant_type", "client_credentials"), ("resource", resource))).AccessToken).GetProperty("jti").GetString());
    }

    [Fact]
    public async Task Nothing_is_stored_for_a_JWT()
    {
        var store = new UntouchedStore();
        await using var provider = await TestProvider.StartAsync(
            options => options.Resources.Add(new() { Identifier = Api }), services => services.AddSingleton<IProtocolStore>(store));
        var client = await provider.AddClientAsync();

        var answer = await client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api));

        Assert.Equal(200, answer.Status);
        Assert.True(await client.IsActiveAsync(answer.AccessToken));
    }

    [Theory, InlineData("https://other.example"), InlineData(Api + "/v2"), InlineData(Api + "//"), InlineData(Api + "#f"), InlineData("api.example"), InlineData("/api"), InlineData("http://api.example"), InlineData("self"), InlineData("' OR '1'='1")]
    public async Task An_unknown_resource_is_an_invalid_target(string resource)
    {
        await using var provider = await WithApiAsync();
        var client = await provider.AddClientAsync();

        (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", resource))).IsRefused(400, "invalid_target");
    }

    [Fact]
    public async Task A_token_has_one_audience_so_two_resources_are_refused()
    {
        await using var provider = await WithApiAsync();
        var client = await provider.AddClientAsync();

        (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api), ("resource", TestProvider.Issuer))).IsRefused(400, "invalid_target");
    }

    [Theory, InlineData(TestProvider.Issuer), InlineData(TestProvider.Issuer + "/"), InlineData("HTTPS://APP.EXAMPLE")]
    public async Task The_apps_own_API_named_as_a_resource_gets_a_reference_token(string resource)
    {
        await using var provider = await WithApiAsync();
        var client = await provider.AddClientAsync();

        Assert.StartsWith("gta_", (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", resource))).AccessToken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_may_have_its_own_format_lifetime_and_scopes()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Resources.Add(
            new() { Identifier = Api, AccessTokenFormat = "reference", AccessTokenLifetime = TimeSpan.FromSeconds(90), Scopes = { "notes.read", "other" } }));
        var client = await provider.AddClientAsync();

        var answer = await client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api));

        Assert.Equal((90, "notes.read"), (answer.Json.GetProperty("expires_in").GetInt32(), answer.Member("scope")));
        var token = (await client.IntrospectAsync(answer.AccessToken)).Json;
        Assert.Equal((Api, "notes.read"), (token.GetProperty("aud").GetString(), token.GetProperty("scope").GetString()));
    }

    private static Task<TestProvider> WithApiAsync() => TestProvider.StartAsync(options => options.Resources.Add(new() { Identifier = Api }));

    private static async Task<JsonWebToken> VerifyAsync(TestProvider provider, string token)
    {
        var jwks = await provider.Http.GetStringAsync("/oauth2/jwks", TestContext.Current.CancellationToken);
        var result = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new()
        {
            IssuerSigningKeys = new JsonWebKeySet(jwks).GetSigningKeys(),
            TryAllIssuerSigningKeys = false,
            ValidIssuer = TestProvider.Issuer,
            ValidAudience = Api,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = ["ES256"],
            LifetimeValidator = (_, expires, _, _) => expires > provider.Clock.GetUtcNow().UtcDateTime,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }

    /// <summary>Says no to everything.</summary>
    private sealed class UntouchedStore : IProtocolStore
    {
        public ValueTask<Artifact?> FindAsync(string id, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => throw new NotSupportedException();
    }
}
