using Gatehouse.Tests;

namespace Gatehouse.EndToEnd.Provider;

/// <summary>Many at once, on real databases.</summary>
public sealed class RaceTests
{
    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    [Trait("SR", "SR-062")]
    public async Task A_thousand_refreshes_of_one_token_leave_one_live_descendant(string database)
    {
        await using var real = await RealProvider.OnAsync(database, AllComeIn);
        var client = await real.Provider.AddClientAsync();
        var token = (await client.PasswordAsync()).RefreshToken;

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => client.RefreshAsync(token))));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        // Every loser got the winner's answer, so there is one descendant, and it lives.
        var descendant = Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(200, (await client.RefreshAsync(answers[0].RefreshToken)).Status);
        Assert.NotEmpty(descendant);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    [Trait("SR", "SR-062")]
    public async Task With_no_retry_window_a_race_for_one_token_leaves_nothing_alive(string database)
    {
        await using var real = await RealProvider.OnAsync(database, options =>
        {
            AllComeIn(options);
            options.RefreshTokenRetryWindow = TimeSpan.Zero;
        });
        var client = await real.Provider.AddClientAsync();
        var token = (await client.PasswordAsync()).RefreshToken;

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => client.RefreshAsync(token))));

        var won = Assert.Single(answers, answer => answer.Status == 200);
        (await client.RefreshAsync(won.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.False(await client.IsActiveAsync(won.AccessToken));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    [Trait("SR", "SR-223")]
    public async Task A_thousand_guesses_at_once_are_counted_as_if_they_came_one_by_one(string database)
    {
        await using var real = await RealProvider.OnAsync(database, options =>
        {
            AllComeIn(options);
            options.Throttling.FirstDelay = TimeSpan.FromMinutes(5);
        });
        var client = await real.Provider.AddClientAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() =>
            client.TokenAsync(("grant_type", "password"), ("username", "alice"), ("password", $"guess {i}")))));

        Assert.Equal(5, real.Provider.Users.Checks);
        Assert.Equal(5, answers.Count(answer => answer.Error == "invalid_grant"));
        Assert.Equal(995, answers.Count(answer => answer.Status == 429));
    }

    /// <summary>A race is between those that are let in: nobody is turned away for want of room.</summary>
    private static void AllComeIn(GatehouseOptions options) => options.Limits.Requests = options.Limits.PasswordChecks = 0;
}
