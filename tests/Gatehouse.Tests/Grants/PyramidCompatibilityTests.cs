namespace Gatehouse.Tests.Grants;

/// <summary>What deployed clients of pyramid_oauth2_provider send beside the specifications.</summary>
public sealed class PyramidCompatibilityTests
{
    [Fact]
    public async Task The_refresh_grant_may_be_spelled_refresh()
    {
        await using var provider = await TestProvider.StartAsync(options => options.UsePyramidCompatibility());
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        var answer = await client.TokenAsync(("grant_type", "refresh"), ("refresh_token", tokens.RefreshToken), ("user_id", "1"));

        Assert.Equal(200, answer.Status);
        Assert.Equal(["access_token", "token_type", "expires_in", "refresh_token", "user_id"], answer.Members);
        Assert.Equal(200, (await client.RefreshAsync(answer.RefreshToken, ("user_id", "1"))).Status);
    }

    [Fact]
    [Trait("SR", "SR-079")]
    public async Task The_other_spelling_opens_nothing_that_the_client_may_not_do()
    {
        await using var provider = await TestProvider.StartAsync(options => options.PyramidCompatibility = true);
        var client = await provider.AddClientAsync(change: client => client with { GrantTypes = ["password"] });

        (await client.TokenAsync(("grant_type", "refresh"), ("refresh_token", "x"), ("user_id", "1"))).IsRefused(400, "unauthorized_client");
        (await client.TokenAsync(("grant_type", "Refresh"), ("refresh_token", "x"), ("user_id", "1"))).IsRefused(400, "unsupported_grant_type");
    }

    [Fact]
    public async Task User_id_is_required_on_refresh()
    {
        await using var provider = await TestProvider.StartAsync(options => options.UsePyramidCompatibility());
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_request");
        (await client.RefreshAsync(tokens.RefreshToken, ("user_id", "2"))).IsRefused(400, "invalid_grant");
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken, ("user_id", "1"))).Status);
    }

    [Fact]
    public async Task Without_the_profile_there_is_no_such_grant()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        (await client.TokenAsync(("grant_type", "refresh"), ("refresh_token", tokens.RefreshToken), ("user_id", "1"))).IsRefused(400, "unsupported_grant_type");
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }
}
