using Gatehouse.Server.Accounts;
using Gatehouse.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Server.Tests;

/// <summary>A background service that fails ends the host.</summary>
public sealed class FirstStartTests
{
    [Fact]
    public async Task A_database_that_is_gone_just_after_the_start_does_not_end_the_server()
    {
        var (database, clock) = (new GoneDatabase(), new HastyClock());
        using var lifetime = new StartedAlready();
        using var first = new FirstStart(database, new(new InMemoryProtocolStore(), clock), new(TextWriter.Null), new ConfigurationBuilder().Build(), lifetime, clock, NullLogger<FirstStart>.Instance);
        await first.StartAsync(TestContext.Current.CancellationToken);

        await database.AskedThreeTimes.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.False(first.ExecuteTask!.IsCompleted);
        await first.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class GoneDatabase : IServiceScopeFactory
    {
        private readonly TaskCompletionSource three = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int asked;

        public Task AskedThreeTimes => three.Task;

        public IServiceScope CreateScope()
        {
            if (Interlocked.Increment(ref asked) == 3) three.SetResult();
            throw new TimeoutException("gone");
        }
    }

    /// <summary>Whoever waits for seconds waits for milliseconds.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, dueTime / 500, period);
    }

    private sealed class StartedAlready : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource never = new();

        public CancellationToken ApplicationStarted { get; } = new(canceled: true);

        public CancellationToken ApplicationStopping => never.Token;

        public CancellationToken ApplicationStopped => never.Token;

        public void StopApplication() => throw new InvalidOperationException("Nobody may stop it.");

        public void Dispose() => never.Dispose();
    }
}
