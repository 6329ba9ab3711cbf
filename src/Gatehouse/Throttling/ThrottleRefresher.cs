using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Throttling;

/// <summary>Learns twice a second what other nodes counted, so that a guesser gains nothing by going from node to node.</summary>
internal sealed partial class ThrottleRefresher(Throttle throttle, IAttemptStore store, IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<ThrottleRefresher> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Clocks of nodes differ, and a transaction is seen only when it commits: look back a little further each time.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var since = clock.GetUtcNow() - options.Value.Throttling.ForgetAfter;
        var failing = false;
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                var now = clock.GetUtcNow();
                foreach (var attempts in await store.ListSinceAsync(since, stoppingToken)) throttle.Learn(attempts);
                throttle.Forget(now - options.Value.Throttling.ForgetAfter);
                since = now - Overlap;
                failing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failing) Unreachable(log, e);
                failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1302, LogLevel.Warning, "Failed attempts of other nodes cannot be read; this node goes on with what it counted itself. See whether the database is reachable.")]
    private static partial void Unreachable(ILogger log, Exception e);
}
