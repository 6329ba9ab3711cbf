namespace Gatehouse.Tests.Revocation;

/// <summary>RFC 7009: a client ends what it holds, and nobody ends what is not theirs.</summary>
public sealed class RevocationTests
{
    private const string Api = "https://api.example";

    [Fact]
    public async Task A_refresh_token_takes_its_whole_family_along()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);
        var otherSignIn = await client.PasswordAsync();

        var answer = await client.RevokeAsync(second.RefreshToken);

        Assert.Equal((200, ""), (answer.Status, answer.Body));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal((false, false, true), (await client.IsActiveAsync(first.AccessToken), await client.IsActiveAsync(second.AccessToken), await client.IsActiveAsync(otherSignIn.AccessToken)));
        (await client.RefreshAsync(second.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Fact]
    public async Task A_refresh_token_that_was_just_rotated_signs_out_all_the_same()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);

        await client.RevokeAsync(first.RefreshToken);

        Assert.False(await client.IsActiveAsync(second.AccessToken));
    }

    [Theory, InlineData(null), InlineData("access_token"), InlineData("refresh_token"), InlineData("nonsense")]
    public async Task An_access_token_goes_alone_whatever_the_hint(string? hint)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        Assert.Equal(200, (int)(await client.PostAsync("/oauth2/revoke", [("token", tokens.AccessToken), .. hint is null ? [] : new[] { ("token_type_hint", hint) }])).StatusCode);

        Assert.False(await client.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    [Trait("SR", "SR-201")]
    public async Task What_is_unknown_or_already_dead_is_200_and_revokes_nothing()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var (dead, live) = (await client.PasswordAsync(), await client.PasswordAsync());
        await client.RevokeAsync(dead.RefreshToken);

        foreach (var text in new[] { dead.RefreshToken, dead.AccessToken, "x", Protocol("gtr_"), Protocol("gta_"), "a.b.c", "' OR 1=1 --", new string('A', 60_000) })
            Assert.Equal((200, ""), ((await client.RevokeAsync(text)).Status, (await client.RevokeAsync(text)).Body));
        (await Answer.OfAsync(await client.PostAsync("/oauth2/revoke", ("token_type_hint", "access_token")))).IsRefused(400, "invalid_request");

        Assert.True(await client.IsActiveAsync(live.AccessToken));

        static string Protocol(string prefix) => Gatehouse.Protocol.Handle.New(prefix).Reveal();
    }

    [Fact]
    [Trait("SR", "SR-201")]
    public async Task Another_client_is_refused_and_the_token_lives_on()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Resources.Add(new() { Identifier = Api }));
        var (client, other) = (await provider.AddClientAsync(), await provider.AddClientAsync("other", change => change with { ResourceServerFor = ["self"] }));
        var (tokens, jwt) = (await client.PasswordAsync(), await client.PasswordAsync(("resource", Api)));

        foreach (var token in new[] { tokens.RefreshToken, tokens.AccessToken, jwt.AccessToken })
            (await other.RevokeAsync(token)).IsRefused(400, "unauthorized_client");

        Assert.True(await client.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.Equal(3, provider.Logs.Lines.Count(line => line.Event.Id == 1452));
    }

    [Fact]
    public async Task A_JWT_cannot_be_called_back_and_the_answer_says_what_can()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Resources.Add(new() { Identifier = Api }));
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync(("resource", Api));

        var answer = await client.RevokeAsync(tokens.AccessToken);

        answer.IsRefused(400, "unsupported_token_type");
        Assert.Contains("refresh token", answer.Member("error_description"), StringComparison.Ordinal);
        Assert.Equal(200, (await client.RevokeAsync(tokens.RefreshToken)).Status);
        Assert.False(await client.IsActiveAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task A_public_client_signs_out_too()
    {
        await using var provider = await TestProvider.StartAsync();
        var spa = await provider.AddClientAsync("spa", client => client with { TokenEndpointAuthMethod = "none", Secrets = [] });
        var tokens = await spa.PasswordAsync();

        Assert.Equal(200, (await spa.RevokeAsync(tokens.RefreshToken)).Status);
        (await spa.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Theory, InlineData(0), InlineData(30)]
    [Trait("SR", "SR-199")]
    public async Task On_this_node_it_takes_effect_at_once_with_and_without_the_cache(int cachedSeconds)
    {
        await using var provider = await TestProvider.StartAsync(options => (options.CacheAccessTokens, options.AccessTokenCacheLifetime) = (cachedSeconds > 0, TimeSpan.FromSeconds(cachedSeconds)));
        var client = await provider.AddClientAsync();
        var (alone, family) = (await client.PasswordAsync(), await client.PasswordAsync());
        Assert.True(await client.IsActiveAsync(alone.AccessToken) && await client.IsActiveAsync(family.AccessToken));

        await client.RevokeAsync(alone.AccessToken);
        await client.RevokeAsync(family.RefreshToken);

        Assert.False(await client.IsActiveAsync(alone.AccessToken) || await client.IsActiveAsync(family.AccessToken));
    }
}
