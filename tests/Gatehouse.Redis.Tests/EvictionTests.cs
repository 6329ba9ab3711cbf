using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Tokens;
using StackExchange.Redis;

namespace Gatehouse.Redis.Tests;

/// <summary>A Redis whose memory is full and that drops what was used longest ago. For tokens that is as good as any; for what must be seen only once it is not, and that is why the start warns of it.</summary>
public sealed class EvictionTests : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private RedisServerProcess redis = null!;
    private RedisNodes nodes = null!;
    private ConnectionMultiplexer raw = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IAccessTokenCache Cache => nodes.Node<IAccessTokenCache>();

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServerProcess.StartNewAsync("--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru");
        nodes = new(redis.ConnectionString, options => options.AccessTokens = true, clock: clock);
        raw = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await raw.DisposeAsync();
        await nodes.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    [Trait("SR", "SR-199")]
    public async Task A_token_that_is_dropped_is_looked_up_again_and_one_that_ended_does_not_come_back()
    {
        var (kept, ended) = (NewToken("aaaaaaaaaaaa"), NewToken("bbbbbbbbbbbb"));
        await KeepAsync(kept);
        await KeepAsync(ended);
        var entries = raw.GetServer(redis.ConnectionString).Keys(pattern: $"{nodes.Prefix}token:*").ToDictionary(key => key, key => raw.GetDatabase().StringGet(key));
        Assert.Equal(2, entries.Count);
        await Cache.ForgetFamilyAsync(ended.Artifact.FamilyId);

        await FillUntilGoneAsync([.. entries.Keys, $"{nodes.Prefix}tokens:ended"]);
        // Which of them goes first is up to Redis. At worst it is what says that one of them ended.
        foreach (var (key, entry) in entries) await raw.GetDatabase().StringSetAsync(key, entry, TimeSpan.FromMinutes(1));

        Assert.Null((await Cache.FindAsync(ended.Artifact.Id, Ct)).Found);
        Assert.Null((await nodes.OtherNode<IAccessTokenCache>().FindAsync(ended.Artifact.Id, Ct)).Found);
        await KeepAsync(kept);
    }

    [Fact]
    public async Task What_may_be_seen_only_once_is_dropped_too()
    {
        var (guard, until) = (nodes.Node<IReplayGuard>(), TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.True(await guard.TryRememberAsync("proof", until, Ct));
        Assert.False(await guard.TryRememberAsync("proof", until, Ct));

        await FillUntilGoneAsync([.. raw.GetServer(redis.ConnectionString).Keys(pattern: $"{nodes.Prefix}seen:*")]);

        Assert.True(await guard.TryRememberAsync("proof", until, Ct));
    }

    /// <summary>With what is somebody else's. To ask whether a key exists does not count as using it.</summary>
    private async Task FillUntilGoneAsync(RedisKey[] keys)
    {
        Assert.NotEmpty(keys);
        var (database, filler) = (raw.GetDatabase(), new byte[4096]);
        for (var batch = 0; await database.KeyExistsAsync(keys) > 0; batch++)
        {
            Assert.True(batch < 2000, "Redis has dropped hundreds of thousands of others, and not these.");
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => database.StringSetAsync($"filler:{batch}:{i}", filler)));
        }
    }

    private static StoredAccessToken NewToken(string id) =>
        new(new(id, "access_token", Guid.CreateVersion7(), "app", "alice", new byte[32], """{"scope":"read","iat":5}""", DateTimeOffset.FromUnixTimeSeconds(4_000_000_000)));

    private async Task KeepAsync(StoredAccessToken token)
    {
        for (var looks = 0; (await Cache.FindAsync(token.Artifact.Id, Ct)) is { Found: null } before; looks++)
        {
            Assert.True(looks < 3000, "It was not kept.");
            Cache.Keep(token, before);
            await Task.Delay(10, Ct);
        }
    }
}
