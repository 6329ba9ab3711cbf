using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Gatehouse.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Storage;

/// <summary>
/// Removes what has expired, on by default: a clean-up that somebody has to schedule is one that nobody does, and such tables grow for ever. It works in
/// small batches with pauses, so that it holds no lock for long and leaves the database to the requests; the slower the database, the smaller and the rarer they are.
/// </summary>
internal sealed partial class ArtifactSweeper(IEnumerable<Sweep> sweeps, IOptions<GatehouseOptions> options, Metrics metrics, TimeProvider clock, ILogger<ArtifactSweeper> log, ISweepTurns? turns = null) : BackgroundService
{
    internal static readonly TimeSpan Pause = SweeperPace.ShortestPause;

    private readonly HashSet<Sweep> failing = [];

    /// <summary>The gauge is there when the app has started: what follows runs on a thread of its own, whenever that comes to it.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Sweeper.Enabled) metrics.Observe("gatehouse.sweeper.backlog", "s", "How long ago the last run began that left nothing behind.", Backlogs);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sweeper = options.Value.Sweeper;
        if (!sweeper.Enabled) return;
        foreach (var sweep in sweeps) metrics.Swept.Add(0, new KeyValuePair<string, object?>(Attributes.What, sweep.Name));
        // Nodes that were started together would otherwise all come at the same second, for as long as they run.
        await Task.Delay(sweeper.Interval * (RandomNumberGenerator.GetInt32(1000) / 1000.0), clock, stoppingToken);
        while (true)
        {
            var began = clock.GetTimestamp();
            await RoundAsync(sweeper.BatchSize, stoppingToken);
            // From beginning to beginning: a run that took longer than that is behind, and goes on at once.
            var rest = sweeper.Interval - clock.GetElapsedTime(began);
            await Task.Delay(rest > Pause ? rest : Pause, clock, stoppingToken);
        }
    }

    /// <summary>Nothing until the first run is through: a node that has just started knows nothing.</summary>
    private IEnumerable<Measurement<double>> Backlogs()
    {
        foreach (var sweep in sweeps)
            if (sweep.SweptUntil is { } until) yield return new((clock.GetUtcNow() - until).TotalSeconds, new KeyValuePair<string, object?>(Attributes.What, sweep.Name));
    }

    private async Task RoundAsync(int batchSize, CancellationToken ct)
    {
        IAsyncDisposable? turn = null;
        try
        {
            if (turns is not null && (turn = await turns.TryTakeAsync(ct)) is null)
            {
                // Another node's turn, and its backlog: what this one knew is no news any more.
                foreach (var sweep in sweeps) sweep.Reached(null);
                return;
            }
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            // Whoever cannot ask cannot sweep either, and says so below.
        }
        await using (turn)
            foreach (var sweep in sweeps) await RunAsync(sweep, batchSize, ct);
    }

    private async Task RunAsync(Sweep sweep, int batchSize, CancellationToken ct)
    {
        try
        {
            var total = 0;
            var pace = new SweeperPace(batchSize);
            // One time for the whole run: what expires while it works is for the next one, else a busy system's run might never end.
            var now = clock.GetUtcNow();
            while (true)
            {
                var began = clock.GetTimestamp();
                var removed = await sweep.RemoveAsync(now, pace.Rows, ct);
                if (removed == 0) break;
                total += removed;
                metrics.Swept.Add(removed, new KeyValuePair<string, object?>(Attributes.What, sweep.Name));
                await Task.Delay(pace.After(clock.GetElapsedTime(began)), clock, ct);
            }
            sweep.Reached(now);
            if (total > 0) Swept(log, total, sweep.What);
            if (failing.Remove(sweep)) Recovered(log, sweep.What);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Nothing depends on sweeping but the size of the tables: an outage is told once, and the host goes on.
            if (failing.Add(sweep)) Failed(log, sweep.What, e);
        }
    }

    [LoggerMessage(1701, LogLevel.Warning, "Could not remove {What}; it is tried again every Gatehouse:Sweeper:Interval, and this is said once per outage. Tokens are not affected. See whether the database is reachable and migrated.")]
    private static partial void Failed(ILogger log, string what, Exception e);

    [LoggerMessage(1702, LogLevel.Information, "Removing {What} works again.")]
    private static partial void Recovered(ILogger log, string what);

    [LoggerMessage(1703, LogLevel.Debug, "Removed {Count} {What}.")]
    private static partial void Swept(ILogger log, int count, string what);
}
