using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Tests.Authorize;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gatehouse.Tests.Tokens;

/// <summary>OpenID Connect Core §2, §3.1.3, §12.2.</summary>
public sealed class IdTokenTests
{
    [Fact]
    public async Task It_says_who_signed_in_when_to_whom_and_for_which_request()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();
        var now = provider.Clock.GetUtcNow().ToUnixTimeSeconds();

        var answer = await client.SignInAsync(("nonce", "n-0S6_WzA2Mj"), ("scope", "openid profile email"));

        var token = Jwt.PayloadOf(answer.IdToken());
        Assert.Equal("ES256", Jwt.HeaderOf(answer.IdToken()).GetProperty("alg").GetString());
        Assert.Equal((TestProvider.Issuer, "1", "app", "n-0S6_WzA2Mj"),
            (token.GetProperty("iss").GetString(), token.GetProperty("sub").GetString(), token.GetProperty("aud").GetString(), token.GetProperty("nonce").GetString()));
        Assert.Equal((now, now, now + 600), (token.GetProperty("auth_time").GetInt64(), token.GetProperty("iat").GetInt64(), token.GetProperty("exp").GetInt64()));
        // Scopes speak of userinfo (§5.4), so nothing personal lies in a token that clients log and pass on.
        Assert.DoesNotContain(token.EnumerateObject(), member => member.Name is "name" or "email" or "azp" or "scope");
    }

    [Theory]
    [Trait("SR", "SR-029")]
    [InlineData(64), InlineData(512)]
    public async Task A_nonce_comes_back_as_it_was_sent(int length)
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();
        var nonce = string.Concat(Enumerable.Repeat("ab +&\"%~", length))[..length];

        Assert.Equal(nonce, Jwt.PayloadOf((await client.SignInAsync(("nonce", nonce))).IdToken()).GetProperty("nonce").GetString());
        Assert.False(Jwt.PayloadOf((await client.SignInAsync()).IdToken()).TryGetProperty("nonce", out _));
    }

    [Theory, InlineData("ES256"), InlineData("RS256"), InlineData("PS256"), InlineData("EdDSA")]
    public async Task It_is_signed_as_the_client_registered_and_its_at_hash_is_of_the_same_hash(string algorithm)
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync(change: client => client with { IdTokenSignedResponseAlg = algorithm });

        var answer = await client.SignInAsync(("nonce", "n"));

        Assert.Equal(algorithm, Jwt.HeaderOf(answer.IdToken()).GetProperty("alg").GetString());
        var text = Encoding.ASCII.GetBytes(answer.AccessToken);
        var half = algorithm == "EdDSA" ? SHA512.HashData(text)[..32] : SHA256.HashData(text)[..16];
        Assert.Equal(Base64Url.EncodeToString(half), Jwt.PayloadOf(answer.IdToken()).GetProperty("at_hash").GetString());
        var jwks = await provider.Http.GetStringAsync("/oauth2/jwks", TestContext.Current.CancellationToken);
        Assert.Contains(JsonDocument.Parse(jwks).RootElement.GetProperty("keys").EnumerateArray(), key =>
            key.GetProperty("kid").GetString() == Jwt.HeaderOf(answer.IdToken()).GetProperty("kid").GetString() && key.GetProperty("alg").GetString() == algorithm);
        // Microsoft's library has no EdDSA; who reads that is in Keys.
        if (algorithm != "EdDSA") await ValidateAsync(provider, answer.IdToken(), jwks);
    }

    private static async Task ValidateAsync(TestProvider provider, string token, string jwks)
    {
        var now = provider.Clock.GetUtcNow().UtcDateTime;
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new()
        {
            ValidIssuer = TestProvider.Issuer,
            ValidAudience = "app",
            IssuerSigningKeys = new JsonWebKeySet(jwks).GetSigningKeys(),
            LifetimeValidator = (_, expires, _, _) => expires > now,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Fact]
    public async Task A_refreshed_one_is_of_the_same_sign_in_with_a_new_time_and_no_nonce()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();
        var first = await client.SignInAsync(("nonce", "n"));
        provider.Clock.Advance(TimeSpan.FromMinutes(5));

        var second = await client.RefreshAsync(first.RefreshToken);
        var third = await client.RefreshAsync(second.RefreshToken);

        var (before, after) = (Jwt.PayloadOf(first.IdToken()), Jwt.PayloadOf(third.IdToken()));
        Assert.All(["iss", "sub", "aud", "auth_time"], name => Assert.Equal(before.GetProperty(name).GetRawText(), after.GetProperty(name).GetRawText()));
        Assert.Equal(before.GetProperty("iat").GetInt64() + 300, after.GetProperty("iat").GetInt64());
        Assert.NotEqual(before.GetProperty("at_hash").GetString(), after.GetProperty("at_hash").GetString());
        Assert.False(after.TryGetProperty("nonce", out _));
    }

    [Fact]
    public async Task It_says_how_the_user_signed_in_and_to_which_session_even_after_a_refresh()
    {
        await using var provider = await Browser.StartAppAsync(map: app => app.MapGet("/test/strong", () => Results.SignIn(
            new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "1"), new("amr", "pwd"), new("amr", "otp"), new("acr", "silver")], "app")), null, "app")));
        var client = await provider.AddOpenIdClientAsync();
        using var browser = new Browser(provider);
        await browser.GetAsync("/test/strong");

        var first = await client.RedeemAsync((await browser.AuthorizeAsync(client, ("scope", "openid"))).Code);
        var second = await client.RefreshAsync(first.RefreshToken);

        foreach (var token in new[] { first, second }.Select(answer => Jwt.PayloadOf(answer.IdToken())))
        {
            Assert.Equal(["pwd", "otp"], token.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
            Assert.Equal("silver", token.GetProperty("acr").GetString());
            Assert.NotEmpty(token.GetProperty("sid").GetString()!);
        }
        Assert.Equal(Jwt.PayloadOf(first.IdToken()).GetProperty("sid").GetString(), Jwt.PayloadOf(second.IdToken()).GetProperty("sid").GetString());
    }

    [Fact]
    public async Task A_repeated_refresh_repeats_the_id_token_too()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();
        var first = await client.SignInAsync();

        Assert.Equal((await client.RefreshAsync(first.RefreshToken)).IdToken(), (await client.RefreshAsync(first.RefreshToken)).IdToken());
    }

    [Fact]
    public async Task Only_a_request_for_openid_gets_one()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();

        Assert.Null((await client.SignInAsync(("scope", "notes.read"))).Member("id_token"));
        var answer = await client.SignInAsync(("scope", "openid notes.read"));
        Assert.Null((await client.RefreshAsync(answer.RefreshToken, ("scope", "notes.read"))).Member("id_token"));
    }

    [Fact]
    public async Task The_password_grant_gets_none_because_nobody_signed_in_here()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();

        var answer = await client.PasswordAsync(("scope", "openid"));

        Assert.Equal(["access_token", "token_type", "expires_in", "refresh_token", "user_id"], answer.Members);
        Assert.Null((await client.RefreshAsync(answer.RefreshToken)).Member("id_token"));
    }

    [Fact]
    [Trait("SR", "SR-071")]
    public async Task It_opens_nothing()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync(change: client => client with { ResourceServerFor = ["self"] });
        var token = (await client.SignInAsync()).IdToken();

        Assert.False(await client.IsActiveAsync(token));
        var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo") { Headers = { Authorization = new("Bearer", token) } };
        Assert.Equal(401, (int)(await provider.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_claims_parameter_puts_claims_into_it_one_by_one()
    {
        var known = new KnownClaims(new Claim("name", "Alice"), new("email", "alice@example.com"), new("email_verified", "True"));
        await using var provider = await OpenIdApp.StartAsync(known);
        var client = await provider.AddOpenIdClientAsync();
        const string claims = """{"id_token":{"email":null,"email_verified":{"essential":true},"auth_time":{"essential":true}},"userinfo":{"name":null}}""";

        var first = await client.SignInAsync(("claims", claims), ("claims_locales", "fr de"));
        var refreshed = await client.RefreshAsync(first.RefreshToken);

        foreach (var token in new[] { first, refreshed }.Select(answer => Jwt.PayloadOf(answer.IdToken())))
        {
            Assert.Equal("alice@example.com", token.GetProperty("email").GetString());
            Assert.Equal(JsonValueKind.True, token.GetProperty("email_verified").ValueKind);
            Assert.True(token.TryGetProperty("auth_time", out _));
            Assert.False(token.TryGetProperty("name", out _));
        }
        var asked = known.Asked[0];
        Assert.Equal(("1", "app", "fr,de"), (asked.Subject, asked.ClientId, string.Join(',', asked.Locales)));
        Assert.Contains("email", asked.Names);
    }

    [Fact]
    public async Task An_outage_of_the_claims_source_costs_no_code_and_no_refresh_token()
    {
        var known = new KnownClaims(new Claim("email", "alice@example.com"));
        await using var provider = await OpenIdApp.StartAsync(known);
        var client = await provider.AddOpenIdClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var code = (await browser.AuthorizeAsync(client, ("scope", "openid"), ("claims", """{"id_token":{"email":null}}"""))).Code;

        known.IsDown = true;
        (await client.RedeemAsync(code)).IsRefused(503, "temporarily_unavailable");
        known.IsDown = false;
        var answer = await client.RedeemAsync(code);
        known.IsDown = true;
        (await client.RefreshAsync(answer.RefreshToken)).IsRefused(503, "temporarily_unavailable");
        known.IsDown = false;

        Assert.Equal(200, (await client.RefreshAsync(answer.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_client_that_reads_nothing_else_gets_the_claims_of_its_scopes_here()
    {
        var known = new KnownClaims(new Claim("name", "Alice"), new("email", "alice@example.com"));
        await using var provider = await OpenIdApp.StartAsync(known);
        var client = await provider.AddOpenIdClientAsync(change: client => client with { ScopeClaimsInIdToken = true });

        var token = Jwt.PayloadOf((await client.SignInAsync(("scope", "openid profile"))).IdToken());

        Assert.Equal("Alice", token.GetProperty("name").GetString());
        Assert.False(token.TryGetProperty("email", out _));
    }

    [Fact]
    [Trait("SR", "SR-080")]
    public async Task What_the_protocol_says_cannot_be_said_by_the_app()
    {
        string[] names = ["iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", "acr", "amr", "azp", "at_hash", "sid", "jti", "client_id", "scope", "cnf"];
        var known = new KnownClaims([.. names.Select(name => new Claim(name, "evil"))]);
        await using var provider = await OpenIdApp.StartAsync(known);
        var client = await provider.AddOpenIdClientAsync();

        var answer = await client.SignInAsync(("claims", "{\"id_token\":{" + string.Join(',', names.Select(name => $"\"{name}\":null")) + "}}"));

        Assert.DoesNotContain("evil", Jwt.PayloadOf(answer.IdToken()).GetRawText(), StringComparison.Ordinal);
        Assert.Equal("1", Jwt.PayloadOf(answer.IdToken()).GetProperty("sub").GetString());
    }

    [Theory, InlineData("{"), InlineData("[]"), InlineData("""{"id_token":{"email":1}}""")]
    public async Task A_broken_claims_parameter_is_told_to_the_client(string claims)
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();
        using var browser = await Browser.SignedInAsync(provider);

        (await browser.AuthorizeAsync(client, ("scope", "openid"), ("claims", claims))).IsRedirectedError("invalid_request");
    }
}
