using System.Diagnostics;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Throttling;
using Gatehouse.Tokens;
using StackExchange.Redis;

namespace Gatehouse.Redis.Tests;

/// <summary>A Redis that is really put back to an older state: what docs/redis.md says of each use, and no more than that, comes of it.</summary>
public sealed class ForgettingTests
{
    private readonly StandingClock clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_snapshot_that_is_restored_brings_back_what_it_held_and_no_token_beyond_its_bound()
    {
        await using var redis = await RedisServerProcess.StartNewAsync();
        await using var nodes = new RedisNodes(redis.ConnectionString, options => options.AccessTokens = true, clock: clock);
        await using var raw = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",allowAdmin=true");
        var (guard, attempts, cache) = (nodes.Node<IReplayGuard>(), nodes.Node<IAttemptStore>(), nodes.Node<IAccessTokenCache>());
        var (now, family) = (clock.GetUtcNow(), Guid.CreateVersion7());
        Assert.True(await guard.TryRememberAsync("before", now.AddHours(1), Ct));
        Assert.Equal(1, await FailAsync());
        await EventuallyAsync(async () =>
        {
            var lookup = await cache.FindAsync("aaaaaaaaaaaa", Ct);
            if (lookup.Found is null) cache.Keep(new(new("aaaaaaaaaaaa", "access_token", family, "app", "alice", new byte[32], """{"scope":"read","iat":5}""", DateTimeOffset.FromUnixTimeSeconds(4_000_000_000))), lookup);
            return lookup.Found is not null;
        });
        // However long this test takes, Redis itself does not end the entry.
        await raw.GetDatabase().KeyPersistAsync(raw.GetServer(redis.ConnectionString).Keys(pattern: $"{nodes.Prefix}token:*").Single());
        await raw.GetServer(redis.ConnectionString).SaveAsync(SaveType.BackgroundSave);
        await EventuallyAsync(async () => (await raw.GetServer(redis.ConnectionString).InfoAsync("persistence")).SelectMany(lines => lines).ToDictionary() is { } info
            && info["rdb_bgsave_in_progress"] == "0" && info["rdb_last_bgsave_status"] == "ok" && info["rdb_changes_since_last_save"] == "0");

        Assert.True(await guard.TryRememberAsync("after", now.AddHours(1), Ct));
        Assert.Equal(2, await FailAsync());
        await cache.ForgetFamilyAsync(family);
        Assert.Null((await cache.FindAsync("aaaaaaaaaaaa", Ct)).Found);
        await redis.KillAsync();
        await redis.StartAsync();

        await EventuallyAsync(async () => await TryAsync("before") == false);
        // What came after the snapshot is forgotten: a proof could be used once more, and a guesser has what was counted.
        Assert.True(await guard.TryRememberAsync("after", now.AddHours(1), Ct));
        Assert.Equal(2, await FailAsync());
        // So is the revocation; but the token is as old as it is.
        Assert.NotNull((await cache.FindAsync("aaaaaaaaaaaa", Ct)).Found);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await cache.FindAsync("aaaaaaaaaaaa", Ct)).Found);

        async Task<int> FailAsync() => (await attempts.AddFailureAsync(["user"], now, now.AddDays(-1), Ct))[0].Failures;

        async Task<bool?> TryAsync(string key)
        {
            try
            {
                return await guard.TryRememberAsync(key, now.AddHours(1), Ct);
            }
            catch (RedisAwayException)
            {
                return null;
            }
        }
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "It did not come true within 60 seconds.");
            await Task.Delay(20, Ct);
        }
    }

    /// <summary>The time of day, which only the test moves. Waiting goes by the machine's.</summary>
    private sealed class StandingClock : TimeProvider
    {
        private DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(System.GetUtcNow().ToUnixTimeMilliseconds());

        public void Advance(TimeSpan by) => now += by;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
