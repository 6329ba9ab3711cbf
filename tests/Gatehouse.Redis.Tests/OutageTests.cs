using System.Diagnostics;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Throttling;

namespace Gatehouse.Redis.Tests;

/// <summary>Redis is killed, frozen, or comes back with nothing: what each of its uses does then.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    private readonly InMemoryAttemptStore below = new();
    private RedisServerProcess redis = null!;
    private RedisNodes nodes = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IReplayGuard Guard => nodes.Node<IReplayGuard>();

    private IAttemptStore Attempts => nodes.Node<IAttemptStore>();

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServerProcess.StartNewAsync();
        nodes = new(redis.ConnectionString, options => options.Timeout = TimeSpan.FromMilliseconds(500), below: below);
        // Connected, before anything happens to it.
        await EventuallyAsync(() => TryAsync(() => Guard.TryRememberAsync($"ready-{Guid.CreateVersion7()}", Now.AddMinutes(5), Ct)));
    }

    public async ValueTask DisposeAsync()
    {
        await nodes.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task While_Redis_is_killed_nothing_is_new()
    {
        await redis.KillAsync();
        for (var i = 0; i < 5; i++) await Assert.ThrowsAsync<RedisAwayException>(async () => await Guard.TryRememberAsync($"jti{i}", Now.AddMinutes(5), Ct));
    }

    [Fact]
    public async Task While_Redis_is_killed_failures_are_counted_below_and_swept_there()
    {
        await redis.KillAsync();
        for (var i = 1; i <= 3; i++) Assert.Equal([new Attempts("user", i, Now)], await Attempts.AddFailureAsync(["user"], Now, Now.AddDays(-1), Ct));
        Assert.Equal([new Attempts("user", 3, Now)], await nodes.OtherNode<IAttemptStore>().ListSinceAsync(Now.AddSeconds(-1), Ct));
        await Attempts.ClearAsync("user", Now, Ct);
        Assert.Equal([new Attempts("user", 0, Now)], await below.ListSinceAsync(Now.AddSeconds(-1), Ct));
        Assert.Equal(1, await Attempts.SweepAsync(Now.AddSeconds(1), 10, Ct));
    }

    /// <summary>What was left below by an outage is swept after it.</summary>
    [Fact]
    public async Task What_was_counted_below_is_swept_when_Redis_is_back()
    {
        await below.AddFailureAsync(["user"], Now, Now.AddDays(-1), Ct);
        Assert.Equal(1, (await Attempts.AddFailureAsync(["user"], Now, Now.AddDays(-1), Ct))[0].Failures);
        Assert.Equal(1, await Attempts.SweepAsync(Now.AddSeconds(1), 10, Ct));
        Assert.Equal(1, await Attempts.SweepAsync(Now.AddSeconds(1), 10, Ct));
        Assert.Equal(0, await Attempts.SweepAsync(Now.AddSeconds(1), 10, Ct));
    }

    /// <summary>The connection stays open and nobody answers: the worst case for whoever waits.</summary>
    [Fact]
    public async Task While_Redis_is_frozen_few_wait_and_the_others_go_on_at_once()
    {
        await redis.PauseAsync();
        var started = Stopwatch.GetTimestamp();
        const int requests = 200;
        for (var i = 0; i < requests; i++) await Attempts.AddFailureAsync([$"user{i}"], Now, Now.AddDays(-1), Ct);
        // One by one with a wait each they would take 100 s.
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(50), $"{Stopwatch.GetElapsedTime(started)}");
        Assert.Equal(requests, (await below.ListSinceAsync(Now.AddSeconds(-1), Ct)).Count);

        await redis.ResumeAsync();
        await EventuallyAsync(() => TryAsync(() => Guard.TryRememberAsync($"after-{Guid.CreateVersion7()}", Now.AddMinutes(5), Ct)));
    }

    [Fact]
    public async Task An_outage_is_told_once_and_so_is_its_end()
    {
        await redis.KillAsync();
        for (var i = 0; i < 20; i++) await Attempts.AddFailureAsync([$"user{i}"], Now, Now.AddDays(-1), Ct);
        await redis.StartAsync();
        await EventuallyAsync(() => TryAsync(() => Guard.TryRememberAsync($"after-{Guid.CreateVersion7()}", Now.AddMinutes(5), Ct)));
        Assert.Equal([6001, 6002], nodes.Logs.Lines.Where(line => line.Event.Id is 6001 or 6002).Select(line => line.Event.Id));
    }

    /// <summary>Without a disk it has forgotten everything: that is why the start warns of it.</summary>
    [Fact]
    public async Task A_restarted_Redis_goes_on_and_remembers_what_it_had_on_disk()
    {
        await using var durable = await RedisServerProcess.StartNewAsync("--appendonly", "yes", "--appendfsync", "always");
        await using var two = new RedisNodes(durable.ConnectionString);
        var (guard, key) = (two.Node<IReplayGuard>(), $"jti-{Guid.CreateVersion7()}");
        await EventuallyAsync(() => TryAsync(() => guard.TryRememberAsync(key, Now.AddMinutes(5), Ct)));

        await durable.KillAsync();
        await durable.StartAsync();

        bool? isNew = null;
        await EventuallyAsync(() => TryAsync(async () =>
        {
            isNew = await guard.TryRememberAsync(key, Now.AddMinutes(5), Ct);
            return true;
        }));
        Assert.False(isNew);
    }

    private static async Task<bool> TryAsync(Func<ValueTask<bool>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RedisAwayException)
        {
            return false;
        }
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "It did not come true within 30 seconds.");
            await Task.Delay(50, Ct);
        }
    }
}
