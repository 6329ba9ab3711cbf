using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Server.Hosting;

/// <summary>Asks the health checks at most once a second, however many ask: strangers can.</summary>
internal sealed partial class Readiness(HealthCheckService health, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Readiness> log) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim asking = new(1);
    private long? askedAt;
    private bool ready;
    private volatile bool hasBeenReady;

    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        // Not a second late: a server that is going to stop must get no new visitors.
        if (lifetime.ApplicationStopping.IsCancellationRequested) return false;
        await asking.WaitAsync(ct);
        try
        {
            if (askedAt is { } at && clock.GetElapsedTime(at) < Fresh) return ready;
            var report = await health.CheckHealthAsync(ct);
            ready = report.Status != HealthStatus.Unhealthy;
            hasBeenReady |= ready;
            askedAt = clock.GetTimestamp();
            foreach (var (name, entry) in report.Entries)
                if (entry.Status == HealthStatus.Unhealthy) NotReady(log, entry.Exception, name, entry.Description);
            return ready;
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>Once it has been ready, for good: what happens later is no reason to start the process again.</summary>
    public async Task<bool> HasStartedAsync(CancellationToken ct) => hasBeenReady || await IsReadyAsync(ct);

    public void Dispose() => asking.Dispose();

    [LoggerMessage(5002, LogLevel.Warning, "Not ready ({Check}): {Reason}. See whether the database is reachable and migrated.")]
    private static partial void NotReady(ILogger log, Exception? e, string check, string? reason);
}
