using System.Diagnostics;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Redis.Tests;

/// <summary>The rules of a cache of access tokens, wherever it is. A minute of trust, so that a slow machine does not end it; the clock is set forward instead.</summary>
public abstract class AccessTokenCacheContract : IAsyncLifetime
{
    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected ShiftedClock Clock { get; } = new();

    private protected IAccessTokenCache Cache { get; private set; } = null!;

    private protected IAccessTokenCache OtherNode { get; private set; } = null!;

    private protected abstract ValueTask<(IAccessTokenCache Cache, IAccessTokenCache OtherNode)> CreateAsync();

    public async ValueTask InitializeAsync() => (Cache, OtherNode) = await CreateAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    [Fact]
    public async Task What_one_node_kept_another_finds_as_it_was()
    {
        var token = NewToken();
        await KeepAsync(token);
        var found = (await FindAsync(OtherNode, token))!.Artifact;
        Assert.Equal(token.Artifact with { SecretHash = default }, found with { SecretHash = default });
        Assert.Equal(token.Artifact.SecretHash.ToArray(), found.SecretHash.ToArray());
        Assert.Null(await FindAsync(OtherNode, NewToken()));
    }

    [Theory, InlineData("token"), InlineData("family"), InlineData("user"), InlineData("all")]
    [Trait("SR", "SR-199")]
    public async Task What_ended_is_not_known_on_any_node_and_the_rest_is(string what)
    {
        var (token, other, nobodys) = (NewToken(), NewToken("bob"), NewToken(null));
        await KeepAsync(token);
        await KeepAsync(other);
        await KeepAsync(nobodys);

        await EndAsync(OtherNode, token, what);

        Assert.Null(await FindAsync(Cache, token));
        Assert.Null(await FindAsync(OtherNode, token));
        Assert.Equal(what == "all", await FindAsync(Cache, other) is null);
        Assert.Equal(what == "all", await FindAsync(Cache, nobodys) is null);
    }

    [Theory, InlineData("token"), InlineData("family"), InlineData("user"), InlineData("all")]
    [Trait("SR", "SR-199")]
    public async Task What_was_read_before_it_ended_and_comes_after_is_not_kept(string what)
    {
        var (token, after) = (NewToken(), NewToken());
        var before = await Cache.FindAsync(token.Artifact.Id, Ct);
        await EndAsync(OtherNode, token, what);

        Cache.Keep(token, before);

        // What is kept after it on the same node has arrived after it.
        await KeepAsync(after);
        Assert.Null(await FindAsync(Cache, token));
        Assert.Null(await FindAsync(OtherNode, token));
    }

    /// <summary>Set back: nobody can say how old it is.</summary>
    [Theory, InlineData(60), InlineData(-60)]
    [Trait("SR", "SR-199")]
    public async Task It_is_trusted_for_its_time_by_the_clock_of_whoever_asks(int seconds)
    {
        var token = NewToken();
        await KeepAsync(token);
        Clock.Shift(TimeSpan.FromSeconds(seconds));
        Assert.Null(await FindAsync(OtherNode, token));
    }

    [Fact]
    public async Task What_took_longer_to_read_than_it_may_be_trusted_is_not_kept()
    {
        var (token, after) = (NewToken(), NewToken());
        var before = await Cache.FindAsync(token.Artifact.Id, Ct);
        Clock.Shift(TimeSpan.FromMinutes(1));
        Cache.Keep(token, before);
        await KeepAsync(after);
        Assert.Null(await FindAsync(Cache, token));
    }

    private protected static StoredAccessToken NewToken(string? subject = "alice")
    {
        var id = Guid.CreateVersion7().ToString("N")[^12..];
        return new(new(id, "access_token", Guid.CreateVersion7(), "app", subject, Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), """{"scope":"read","iat":5}""", DateTimeOffset.FromUnixTimeSeconds(4_000_000_000)));
    }

    private protected static async Task<StoredAccessToken?> FindAsync(IAccessTokenCache cache, StoredAccessToken token) => (await cache.FindAsync(token.Artifact.Id, Ct)).Found;

    /// <summary>Nobody waits for what is kept, so this asks until it is there.</summary>
    private protected async Task KeepAsync(StoredAccessToken token)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var before = await Cache.FindAsync(token.Artifact.Id, Ct);
            if (before.Found is not null) return;
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "It was not kept within 30 seconds.");
            Cache.Keep(token, before);
            await Task.Delay(5, Ct);
        }
    }

    private static ValueTask EndAsync(IAccessTokenCache cache, StoredAccessToken token, string what) =>
        what == "token" ? cache.ForgetAsync(token.Artifact.Id) : what == "family" ? cache.ForgetFamilyAsync(token.Artifact.FamilyId) : cache.ForgetSubjectAsync(what == "user" ? token.Artifact.Subject : null);
}

/// <summary>The true time, moved. Timers go by the machine's.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private TimeSpan shift;

    public void Shift(TimeSpan by) => shift += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
}

public sealed class InMemoryAccessTokenCacheContractTests : AccessTokenCacheContract
{
    private readonly StoreChanges changes = new();

    private protected override ValueTask<(IAccessTokenCache Cache, IAccessTokenCache OtherNode)> CreateAsync()
    {
        var cache = new InMemoryAccessTokenCache(Options.Create(new GatehouseOptions { CacheAccessTokens = true, AccessTokenCacheLifetime = TimeSpan.FromMinutes(1) }), changes, Clock);
        return new((cache, cache));
    }

    public override ValueTask DisposeAsync()
    {
        changes.Dispose();
        return base.DisposeAsync();
    }
}

public sealed class RedisAccessTokenCacheTests : AccessTokenCacheContract
{
    private RedisNodes nodes = null!;

    private protected override async ValueTask<(IAccessTokenCache Cache, IAccessTokenCache OtherNode)> CreateAsync()
    {
        nodes = new((await RedisServerProcess.SharedAsync()).ConnectionString, options => options.AccessTokens = true, clock: Clock);
        return (nodes.Node<IAccessTokenCache>(), nodes.OtherNode<IAccessTokenCache>());
    }

    public override async ValueTask DisposeAsync()
    {
        await nodes.DisposeAsync();
        await base.DisposeAsync();
    }
}

public sealed class ClusteredAccessTokenCacheTests : AccessTokenCacheContract
{
    private RedisNodes nodes = null!;

    private protected override async ValueTask<(IAccessTokenCache Cache, IAccessTokenCache OtherNode)> CreateAsync()
    {
        nodes = new((await RedisServerProcess.SharedClusterAsync()).ConnectionString, options => options.AccessTokens = true, clock: Clock);
        return (nodes.Node<IAccessTokenCache>(), nodes.OtherNode<IAccessTokenCache>());
    }

    public override async ValueTask DisposeAsync()
    {
        await nodes.DisposeAsync();
        await base.DisposeAsync();
    }
}
