using Gatehouse.Testing;
using Gatehouse.Tests;

namespace Gatehouse.EndToEnd.Provider;

/// <summary>The database goes away in the middle of things. Nothing is issued twice, nothing is lost, and the client may come back.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task A_database_that_dies_between_the_read_and_the_redemption_costs_nobody_a_token()
    {
        await using var real = await RealProvider.OnPostgreSqlAsync();
        var client = await real.Provider.AddClientAsync();
        var tokens = await client.PasswordAsync();
        await client.RefreshAsync((await client.PasswordAsync()).RefreshToken);

        real.Wire.CutBefore("UPDATE gatehouse_artifacts");
        var answer = await client.RefreshAsync(tokens.RefreshToken);

        Assert.Equal(1, real.Wire.Cuts);
        IsAnHonestOutage(answer);
        // The token was not spent: the client goes on with it.
        var again = await RetryAsync(client, tokens.RefreshToken);
        Assert.Equal(200, (await client.RefreshAsync(again.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_database_that_dies_after_the_redemption_lets_the_client_ask_again()
    {
        await using var real = await RealProvider.OnPostgreSqlAsync();
        var client = await real.Provider.AddClientAsync();
        var tokens = await client.PasswordAsync();
        await client.RefreshAsync((await client.PasswordAsync()).RefreshToken);

        // Committed, but the word of it is lost: we cannot know that we won.
        real.Wire.CutAfter("UPDATE gatehouse_artifacts");
        var answer = await client.RefreshAsync(tokens.RefreshToken);

        Assert.Equal(1, real.Wire.Cuts);
        IsAnHonestOutage(answer);
        var again = await RetryAsync(client, tokens.RefreshToken);
        Assert.Equal(200, (await client.RefreshAsync(again.RefreshToken)).Status);
        // One descendant only: the token is spent for everybody else, and showing it now is a replay.
        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    /// <summary>The receipt is in the database, sealed under the token itself: no memory and no key of the process that died is needed for it.</summary>
    [Fact]
    public async Task A_process_that_dies_after_the_redemption_lets_the_client_ask_another_one()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);
        TestClient client;
        Answer tokens, unheard;
        await using (var first = await RealProvider.OnPostgreSqlAsync(connectionString: connectionString))
        {
            client = await first.Provider.AddClientAsync();
            tokens = await client.PasswordAsync();
            unheard = await client.RefreshAsync(tokens.RefreshToken);
        }
        await using var second = await RealProvider.OnPostgreSqlAsync(connectionString: connectionString);
        client = new TestClient(second.Provider, client.Client, client.Secret);

        var answer = await client.RefreshAsync(tokens.RefreshToken);
        Assert.Equal((200, unheard.Body), (answer.Status, answer.Body));
        Assert.Equal(200, (await client.RefreshAsync(answer.RefreshToken)).Status);
        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Fact]
    public async Task While_the_database_is_down_every_answer_is_a_clean_one()
    {
        await using var real = await RealProvider.OnPostgreSqlAsync();
        var client = await real.Provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        real.Wire.IsDown = true;
        real.Wire.CutAll();
        IsAnHonestOutage(await client.PasswordAsync());
        IsAnHonestOutage(await client.RefreshAsync(tokens.RefreshToken));
        IsAnHonestOutage(await client.IntrospectAsync(tokens.AccessToken));
        // SR-201: a storage failure never answers that the token is gone.
        IsAnHonestOutage(await client.RevokeAsync(tokens.RefreshToken));
        Assert.Contains(real.Provider.Logs.Lines, line => line.Event.Id == 1001);
        Assert.Empty(real.Provider.Logs.LinesThatMention(tokens.AccessToken, tokens.RefreshToken, client.Secret, "wonderland"));

        real.Wire.IsDown = false;
        Assert.Equal(200, (await RetryAsync(client, tokens.RefreshToken)).Status);
    }

    private static void IsAnHonestOutage(Answer answer)
    {
        answer.IsRefused(503, "temporarily_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    /// <summary>What a client does: ask again, a few times. A pooled connection may still have to find out that it is dead.</summary>
    private static async Task<Answer> RetryAsync(TestClient client, string refreshToken)
    {
        Answer answer;
        var tries = 0;
        do
        {
            answer = await client.RefreshAsync(refreshToken);
            if (answer.Status == 200) return answer;
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
        while (++tries < 20);
        Assert.Fail($"Still {answer.Status}: {answer.Body}");
        return answer;
    }
}
