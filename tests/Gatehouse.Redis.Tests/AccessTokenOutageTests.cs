using System.Diagnostics;
using System.Text;
using Gatehouse.Testing;
using Gatehouse.Tokens;
using StackExchange.Redis;

namespace Gatehouse.Redis.Tests;

/// <summary>A Redis that is away, frozen, empty, old or in the wrong hands: no token lives longer for it, and no request fails.</summary>
public sealed class AccessTokenOutageTests : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private readonly StoredAccessToken token = NewToken("aaaaaaaaaaaa");
    private RedisServerProcess redis = null!;
    private RedisNodes nodes = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IAccessTokenCache Cache => nodes.Node<IAccessTokenCache>();

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServerProcess.StartNewAsync();
        nodes = new(redis.ConnectionString, options => (options.AccessTokens, options.Timeout) = (true, TimeSpan.FromMilliseconds(500)), clock: clock);
        await KeptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await nodes.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task While_Redis_is_away_nothing_is_known_and_nothing_fails(bool killed)
    {
        if (killed) await redis.KillAsync();
        else await redis.PauseAsync();
        for (var i = 0; i < 20; i++)
        {
            var lookup = await Cache.FindAsync(token.Artifact.Id, Ct);
            Assert.Null(lookup.Found);
            Cache.Keep(token, lookup);
            await Cache.ForgetFamilyAsync(token.Artifact.FamilyId);
        }
        Assert.Equal(6001, Said()[^1]);

        if (killed) await redis.StartAsync();
        else await redis.ResumeAsync();
        await KeptAsync();
        // Not once for each failure: away and back take turns. (A busy machine may look like an outage of its own, and is told as one.)
        Assert.All(Said().Index(), said => Assert.Equal(said.Index % 2 == 0 ? 6001 : 6002, said.Item));
    }

    /// <summary>Its own clock says nothing here: the entry was put back without an end, as by a snapshot of another day.</summary>
    [Fact]
    [Trait("SR", "SR-199")]
    public async Task What_an_old_snapshot_brings_back_is_not_known()
    {
        await using var raw = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var (database, key) = (raw.GetDatabase(), Key(raw));
        var entry = await database.StringGetAsync(key);
        await database.StringSetAsync(key, entry);
        Assert.NotNull((await Cache.FindAsync(token.Artifact.Id, Ct)).Found);

        clock.Shift(TimeSpan.FromMinutes(1));

        Assert.Null((await Cache.FindAsync(token.Artifact.Id, Ct)).Found);
    }

    /// <summary>A node that was frozen between reading and writing: its write comes when the entry has already ended.</summary>
    [Fact]
    [Trait("SR", "SR-199")]
    public async Task A_write_that_comes_late_ends_when_it_would_have_ended_in_time()
    {
        var late = NewToken("bbbbbbbbbbbb");
        var before = await Cache.FindAsync(late.Artifact.Id, Ct);
        Cache.Keep(late, before with { Mark = before.Mark - 60_000 });
        await KeptAsync(NewToken("cccccccccccc"));
        Assert.Null((await Cache.FindAsync(late.Artifact.Id, Ct)).Found);
    }

    [Fact]
    public async Task Every_entry_ends_within_its_time()
    {
        await using var raw = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await Cache.ForgetFamilyAsync(token.Artifact.FamilyId);
        Assert.InRange((await raw.GetDatabase().KeyTimeToLiveAsync(Key(raw)))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.NotNull(await raw.GetDatabase().KeyTimeToLiveAsync($"{nodes.Prefix}tokens:ended"));
    }

    [Fact]
    public async Task Redis_holds_nothing_that_can_be_read_or_used()
    {
        await using var raw = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var key = Key(raw);
        var text = key.ToString() + Encoding.Latin1.GetString((byte[])(await raw.GetDatabase().StringGetAsync(key))!);
        foreach (var secret in new[] { token.Artifact.Id, "alice", "read", "\"app\"" }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    /// <summary>Whoever can write to Redis makes no token: not by changing an entry anywhere, nor by putting it in another's place. Version 3 is somebody else's, too.</summary>
    [Fact]
    [Trait("SR", "SR-200")]
    public async Task What_was_changed_or_moved_is_not_known()
    {
        await using var raw = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var (database, key) = (raw.GetDatabase(), Key(raw));
        var entry = (byte[])(await database.StringGetAsync(key))!;
        var changed = Enumerable.Range(0, entry.Length).Where(at => at < 53 || at % 17 == 0).Select(at => entry.Select((b, i) => i == at ? (byte)(b == (byte)'3' ? '4' : '3') : b).ToArray());
        foreach (var wrong in changed.Where(wrong => !wrong.AsSpan().SequenceEqual(entry)).Append([]).Append([.. "2"u8]).Append([.. "22345678901234"u8]))
        {
            await database.StringSetAsync(key, wrong);
            Assert.Null((await Cache.FindAsync(token.Artifact.Id, Ct)).Found);
        }
        var other = NewToken("bbbbbbbbbbbb");
        await KeptAsync(other);
        var moved = raw.GetServer(redis.ConnectionString).Keys(pattern: $"{nodes.Prefix}token:*").First(name => name != key);
        await database.StringSetAsync(moved, entry);
        Assert.Null((await Cache.FindAsync(other.Artifact.Id, Ct)).Found);
        await database.StringSetAsync(key, entry);
        Assert.NotNull((await Cache.FindAsync(token.Artifact.Id, Ct)).Found);
    }

    private static StoredAccessToken NewToken(string id) =>
        new(new(id, "access_token", Guid.CreateVersion7(), "app", "alice", new byte[32], """{"scope":"read","iat":5}""", DateTimeOffset.FromUnixTimeSeconds(4_000_000_000)));

    private List<int> Said() => [.. nodes.Logs.Lines.Select(line => line.Event.Id).Where(id => id is 6001 or 6002)];

    private RedisKey Key(ConnectionMultiplexer raw) => raw.GetServer(redis.ConnectionString).Keys(pattern: $"{nodes.Prefix}token:*").Single();

    private async Task KeptAsync(StoredAccessToken? which = null)
    {
        var (kept, started) = (which ?? token, Stopwatch.GetTimestamp());
        while (true)
        {
            var before = await Cache.FindAsync(kept.Artifact.Id, Ct);
            if (before.Found is not null) return;
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "It was not kept within 30 seconds.");
            Cache.Keep(kept, before);
            await Task.Delay(20, Ct);
        }
    }
}
