using System.Security.Claims;

namespace Gatehouse.Tests.Tokens;

/// <summary>RFC 9068 §2.2.3: a resource hears of the user what it is configured to hear, and no more.</summary>
public sealed class ResourceClaimsTests
{
    [Theory, InlineData("jwt"), InlineData("reference")]
    public async Task A_resource_lists_the_claims_of_its_tokens(string format)
    {
        var known = new KnownClaims(new Claim("department", "rabbit holes"), new("level", "3", ClaimValueTypes.Integer64), new("email", "alice@example.com"), new("sub", "evil"));
        await using var provider = await OpenIdApp.StartAsync(known, options => options.Resources.Add(new() { Identifier = "https://api.example", AccessTokenFormat = format, Claims = { "department", "level", "sub" } }));
        var client = await provider.AddOpenIdClientAsync();

        var answer = await client.SignInAsync(("scope", "notes.read"), ("resource", "https://api.example"));
        var token = (await client.IntrospectAsync(answer.AccessToken)).Json;
        if (format == "jwt") token = Jwt.PayloadOf(answer.AccessToken);

        Assert.Equal(("rabbit holes", 3, "1"), (token.GetProperty("department").GetString(), token.GetProperty("level").GetInt32(), token.GetProperty("sub").GetString()));
        Assert.False(token.TryGetProperty("email", out _));
    }

    [Fact]
    public async Task A_plain_token_costs_no_question_to_the_app()
    {
        var known = new KnownClaims(new Claim("email", "alice@example.com"));
        await using var provider = await OpenIdApp.StartAsync(known, options => options.Resources.Add(new() { Identifier = "https://api.example" }));
        var client = await provider.AddOpenIdClientAsync();

        var answer = await client.SignInAsync(("scope", "openid email notes.read"));
        await client.RefreshAsync(answer.RefreshToken, ("resource", "https://api.example"));
        await client.PasswordAsync();

        Assert.Empty(known.Asked);
    }
}
