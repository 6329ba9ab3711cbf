using System.Collections.Concurrent;
using System.Diagnostics;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Throttling;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Storage;

public sealed class ArtifactSweeperTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider clock = new(new(2026, 3, 8, 2, 30, 0, TimeSpan.Zero));
    private readonly RecordingLoggerProvider logs = new();
    private readonly GatehouseOptions options = new();
    private readonly ConcurrentQueue<(DateTimeOffset At, DateTimeOffset Now, int Limit)> calls = new();
    private readonly LoggerFactory loggers;

    public ArtifactSweeperTests() => loggers = new([logs], new LoggerFilterOptions { MinLevel = LogLevel.Trace });

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_expired_longer_ago_than_the_grace_is_removed_and_nothing_else()
    {
        var (store, now) = (new InMemoryProtocolStore(), clock.GetUtcNow());
        var family = new Family(Guid.CreateVersion7(now), "client", "alice", now, now.AddHours(1));
        var artifact = new Artifact("an-artifact", "refresh_token", family.Id, "client", "alice", new byte[32], "{}", now.AddMinutes(10));
        await store.StartAsync(family, [artifact], Ct);
        using var sweeper = await StartAsync(Sweep.Expired(store, options.Sweeper), Recorder());

        await AdvanceToAsync(artifact.ExpiresAt + options.Sweeper.Grace - TimeSpan.FromSeconds(1));
        Assert.NotNull(await store.FindAsync(artifact.Id, Ct));
        await AdvanceUntilAsync(async () => await store.FindAsync(artifact.Id, Ct) is null);
        Assert.True(clock.GetUtcNow() >= artifact.ExpiresAt + options.Sweeper.Grace);
        Assert.NotNull(await store.FindFamilyAsync(family.Id, Ct));
        await AdvanceUntilAsync(async () => await store.FindFamilyAsync(family.Id, Ct) is null);
        Assert.True(clock.GetUtcNow() >= family.ExpiresAt + options.Sweeper.Grace);
    }

    [Fact]
    public async Task Failed_attempts_that_no_longer_count_are_removed()
    {
        var store = new InMemoryAttemptStore();
        var failed = clock.GetUtcNow();
        options.Throttling.ForgetAfter = TimeSpan.FromMinutes(10);
        await store.AddFailureAsync(["user"], failed, failed, Ct);
        using var sweeper = await StartAsync(AttemptSweep.Forgotten(store, options.Throttling));
        await AdvanceUntilAsync(async () => (await store.ListSinceAsync(failed.AddDays(-1), Ct)).Count == 0);
        Assert.True(clock.GetUtcNow() > failed + options.Throttling.ForgetAfter);
    }

    [Fact]
    public async Task A_run_goes_on_in_batches_with_pauses_until_nothing_is_left_and_sees_one_time()
    {
        var left = 25;
        options.Sweeper.BatchSize = 10;
        using var sweeper = await StartAsync(Recorder(limit => left -= Math.Min(limit, left), () => left));
        await AdvanceUntilAsync(() => calls.Count >= 4);
        var run = calls.Take(4).ToList();
        Assert.All(run, call => Assert.Equal((10, run[0].Now), (call.Limit, call.Now)));
        for (var i = 1; i < run.Count; i++) Assert.True(run[i].At - run[i - 1].At >= ArtifactSweeper.Pause);
        Assert.Equal(0, left);
        await AdvanceUntilAsync(() => calls.Count >= 5);
        Assert.True(calls.ElementAt(4).At - run[0].At >= options.Sweeper.Interval);
    }

    [Fact]
    public async Task It_says_up_to_when_everything_is_swept_and_only_after_a_whole_run()
    {
        var (down, things) = (true, Recorder());
        var sweep = new Sweep("things", "things", (now, limit, ct) => down ? throw new IOException("no route to the database") : things.RemoveAsync(now, limit, ct));
        using var sweeper = await StartAsync(sweep, Recorder());
        await AdvanceUntilAsync(() => calls.Count >= 2);
        Assert.Null(sweep.SweptUntil);
        down = false;
        await AdvanceUntilAsync(() => sweep.SweptUntil is not null);
        Assert.Contains(calls, call => call.Now == sweep.SweptUntil);
    }

    [Fact]
    public async Task An_outage_is_told_once_and_so_is_its_end()
    {
        var down = true;
        using var sweeper = await StartAsync(Recorder(_ => { if (down) throw new IOException("no route to the database"); }), Recorder());
        await AdvanceUntilAsync(() => calls.Count >= 8);
        var line = Assert.Single(logs.Lines, line => line.Event.Id == 1701);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.IsType<IOException>(line.Exception);

        down = false;
        await AdvanceUntilAsync(() => logs.Lines.Any(line => line.Event.Id == 1702));
        down = true;
        await AdvanceUntilAsync(() => logs.Lines.Count(line => line.Event.Id == 1701) == 2);
        Assert.False(sweeper.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task Nodes_that_start_together_do_not_sweep_together()
    {
        var sweepers = new List<ArtifactSweeper>();
        for (var i = 0; i < 10; i++) sweepers.Add(await StartAsync(Recorder()));
        await AdvanceUntilAsync(() => calls.Count >= 10);
        Assert.True(calls.Take(10).Select(call => call.At).Distinct().Count() > 1);
        foreach (var sweeper in sweepers) sweeper.Dispose();
    }

    [Fact]
    public async Task Switched_off_it_does_nothing()
    {
        options.Sweeper.Enabled = false;
        using var sweeper = await StartAsync(Recorder());
        await sweeper.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        Assert.Empty(calls);
    }

    [Fact]
    public async Task While_another_node_has_the_turn_nothing_is_swept_here()
    {
        var turns = new OthersTurn();
        using var sweeper = new ArtifactSweeper([Recorder()], Options.Create(options), TestMetrics.New(), clock, loggers.CreateLogger<ArtifactSweeper>(), turns);
        await sweeper.StartAsync(Ct);
        await AdvanceUntilAsync(() => turns.Asked >= 2);
        Assert.Empty(calls);

        turns.Over = true;
        await AdvanceUntilAsync(() => !calls.IsEmpty);
        await sweeper.StopAsync(Ct);
    }

    private sealed class OthersTurn : ISweepTurns, IAsyncDisposable
    {
        public volatile bool Over;
        public volatile int Asked;

        public ValueTask<IAsyncDisposable?> TryTakeAsync(CancellationToken ct)
        {
            Asked++;
            return new(Over ? this : null);
        }

        public ValueTask DisposeAsync() => default;
    }

    [Fact]
    public async Task An_app_with_Gatehouse_sweeps_without_being_told_to()
    {
        await using var provider = await TestProvider.StartAsync();
        var store = provider.Get<IProtocolStore>();
        var now = provider.Clock.GetUtcNow();
        await store.TryRememberAsync("jti", now.AddMinutes(1), Ct);
        await provider.Get<IAttemptStore>().AddFailureAsync(["user"], now, now, Ct);
        await AdvanceUntilAsync(async () => (await provider.Get<IAttemptStore>().ListSinceAsync(now.AddDays(-1), Ct)).Count == 0, provider.Clock, TimeSpan.FromMinutes(10));
        Assert.True(await store.TryRememberAsync("jti", now.AddMinutes(1), Ct));
    }

    public void Dispose()
    {
        loggers.Dispose();
        logs.Dispose();
    }

    private Sweep Recorder(Action<int>? remove = null, Func<int>? left = null) => new("things", "things", (now, limit, _) =>
    {
        calls.Enqueue((clock.GetUtcNow(), now, limit));
        var before = left?.Invoke() ?? 0;
        remove?.Invoke(limit);
        return new(before - (left?.Invoke() ?? 0));
    });

    private async Task<ArtifactSweeper> StartAsync(params Sweep[] sweeps)
    {
        var sweeper = new ArtifactSweeper(sweeps, Options.Create(options), TestMetrics.New(), clock, loggers.CreateLogger<ArtifactSweeper>());
        await sweeper.StartAsync(Ct);
        return sweeper;
    }

    private async Task AdvanceToAsync(DateTimeOffset time)
    {
        while (time - clock.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            clock.Advance(left < Step ? left : Step);
            await Task.Delay(1, Ct);
        }
    }

    private Task AdvanceUntilAsync(Func<bool> condition) => AdvanceUntilAsync(() => Task.FromResult(condition()), clock, Step);

    private Task AdvanceUntilAsync(Func<Task<bool>> condition) => AdvanceUntilAsync(condition, clock, Step);

    /// <summary>The clock goes in steps, each followed by a moment in which the sweeper can do what it does at that time.</summary>
    private static async Task AdvanceUntilAsync(Func<Task<bool>> condition, FakeTimeProvider clock, TimeSpan step)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "It did not happen.");
            clock.Advance(step);
            await Task.Delay(1, Ct);
        }
    }
}
