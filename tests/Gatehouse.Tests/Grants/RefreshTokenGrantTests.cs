using Gatehouse.Protocol;

namespace Gatehouse.Tests.Grants;

/// <summary>RFC 6749 §6 and RFC 9700 §4.14.2: rotation, reuse, expiry, and whose token it is.</summary>
public sealed class RefreshTokenGrantTests
{
    [Fact]
    [Trait("SR", "SR-060")]
    public async Task A_refresh_answers_as_the_password_did_and_rotates()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();

        var second = await client.RefreshAsync(first.RefreshToken);

        Assert.Equal(200, second.Status);
        Assert.Equal(["access_token", "token_type", "expires_in", "refresh_token", "user_id"], second.Members);
        Assert.NotEqual(first.RefreshToken, second.RefreshToken);
        Assert.NotEqual(first.AccessToken, second.AccessToken);
        Assert.All([first.AccessToken, second.AccessToken, first.RefreshToken, second.RefreshToken], token => Assert.Equal(64, token.Length));
        Assert.True(await client.IsActiveAsync(second.AccessToken));
        Assert.Equal(200, (await client.RefreshAsync(second.RefreshToken)).Status);
    }

    [Fact]
    [Trait("SR", "SR-061")]
    [Trait("SR", "SR-199")]
    public async Task A_token_used_after_its_successor_ends_the_family()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        var second = await client.RefreshAsync(first.RefreshToken);
        var third = await client.RefreshAsync(second.RefreshToken);

        (await client.RefreshAsync(first.RefreshToken)).IsRefused(400, "invalid_grant");

        (await client.RefreshAsync(third.RefreshToken)).IsRefused(400, "invalid_grant");
        foreach (var answer in new[] { first, second, third }) Assert.False(await client.IsActiveAsync(answer.AccessToken));
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1423);
        Assert.Equal(200, (await client.RefreshAsync((await client.PasswordAsync()).RefreshToken)).Status);
    }

    [Fact]
    [Trait("SR", "SR-061")]
    public async Task A_spent_token_ends_the_family_also_after_it_would_have_expired()
    {
        await using var provider = await TestProvider.StartAsync(options => options.RefreshTokenIdleLifetime = TimeSpan.FromHours(1));
        var client = await provider.AddClientAsync();
        var first = await client.PasswordAsync();
        provider.Clock.Advance(TimeSpan.FromMinutes(50));
        var second = await client.RefreshAsync(first.RefreshToken);
        provider.Clock.Advance(TimeSpan.FromMinutes(12));

        (await client.RefreshAsync(first.RefreshToken)).IsRefused(400, "invalid_grant");

        (await client.RefreshAsync(second.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Theory, InlineData(-1, 200), InlineData(0, 400)]
    [Trait("SR", "SR-066")]
    public async Task An_unused_token_expires_to_the_second(int secondsFromItsEnd, int status)
    {
        await using var provider = await TestProvider.StartAsync(options => options.RefreshTokenIdleLifetime = TimeSpan.FromHours(14));
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        provider.Clock.Advance(TimeSpan.FromHours(14) + TimeSpan.FromSeconds(secondsFromItsEnd));

        Assert.Equal(status, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    [Trait("SR", "SR-066")]
    public async Task Rotation_never_extends_the_absolute_end()
    {
        await using var provider = await TestProvider.StartAsync(options =>
            (options.RefreshTokenIdleLifetime, options.RefreshTokenAbsoluteLifetime) = (TimeSpan.FromHours(2), TimeSpan.FromHours(5)));
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();
        for (var hour = 1; hour < 5; hour++)
        {
            provider.Clock.Advance(TimeSpan.FromHours(1));
            tokens = await client.RefreshAsync(tokens.RefreshToken);
            Assert.Equal(200, tokens.Status);
        }

        provider.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        tokens = await client.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(200, tokens.Status);
        provider.Clock.Advance(TimeSpan.FromSeconds(1));

        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Fact]
    [Trait("SR", "SR-064")]
    public async Task Another_clients_token_is_refused_and_stays_good_for_its_owner()
    {
        await using var provider = await TestProvider.StartAsync();
        var (owner, thief) = (await provider.AddClientAsync("owner"), await provider.AddClientAsync("thief"));
        var spa = await provider.AddClientAsync("spa", client => client with { TokenEndpointAuthMethod = "none", Secrets = [] });
        var tokens = await owner.PasswordAsync();

        (await thief.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
        (await spa.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
        (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", null, ("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken), ("client_id", "owner")))).IsRefused(401, "invalid_client");

        Assert.Equal(200, (await owner.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    public async Task What_is_no_refresh_token_of_ours_gets_one_and_the_same_answer()
    {
        await using var provider = await TestProvider.StartAsync();
        var (client, other) = (await provider.AddClientAsync(), await provider.AddClientAsync("other"));
        var (mine, foreign) = (await client.PasswordAsync(), await other.PasswordAsync());
        var unknown = Handle.New("gtr_").Reveal();

        var answers = new List<Answer>();
        foreach (var token in new[] { "x", unknown, mine.AccessToken, foreign.RefreshToken, mine.RefreshToken[..63], mine.RefreshToken + "A", "' OR 1=1 --", new string('A', 60_000) })
            answers.Add(await client.RefreshAsync(token));

        Assert.All(answers, answer => answer.IsRefused(400, "invalid_grant"));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        (await client.TokenAsync(("grant_type", "refresh_token"))).IsRefused(400, "invalid_request");
        Assert.Equal(200, (await client.RefreshAsync(mine.RefreshToken)).Status);
    }

    [Fact]
    public async Task User_id_is_optional_and_must_be_the_tokens_user()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        foreach (var wrong in new[] { "2", "01", " 1", "1 OR 1=1", "alice" })
            (await client.RefreshAsync(tokens.RefreshToken, ("user_id", wrong))).IsRefused(400, "invalid_grant");

        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken, ("user_id", "1"))).Status);
    }

    [Fact]
    [Trait("SR", "SR-082")]
    public async Task A_disabled_user_gets_no_new_tokens_and_may_be_enabled_again()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        provider.Users.Inactive.Add("1");
        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
        provider.Users.Inactive.Clear();

        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    [Trait("SR", "SR-067")]
    public async Task Only_clients_that_list_the_grant_get_or_use_refresh_tokens()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var without = await provider.AddClientAsync("without", client => client with { GrantTypes = ["password"] });
        var tokens = await client.PasswordAsync();

        Assert.Equal(["access_token", "token_type", "expires_in", "user_id"], (await without.PasswordAsync()).Members);
        (await without.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "unauthorized_client");
    }

    [Fact]
    public async Task Refreshing_still_works_after_the_access_token_was_revoked_alone()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        Assert.Equal(200, (await client.RevokeAsync(tokens.AccessToken)).Status);

        Assert.False(await client.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }
}
