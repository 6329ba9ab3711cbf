using Gatehouse.Diagnostics;
using Gatehouse.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Keys;

/// <summary>
/// Keeps the ring of this node up to date. The first round runs before the first request comes in, and makes the first key; if the store cannot be reached yet, the first request tries again.
/// </summary>
internal sealed partial class KeyRingRefresher(KeyRing keys, StoreChanges changes, Metrics metrics, TimeProvider clock, ILogger<KeyRingRefresher> log) : BackgroundService
{
    /// <summary>How soon a retired key is refused everywhere, if nobody tells this node.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private bool failing;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Observe("gatehouse.key.age", "s", "How long the signing key has signed.", keys.Ages);
        await TryRefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = changes.Keys.RingEvery(Interval, clock);
        while (true)
        {
            await changes.Keys.WaitAsync(stoppingToken);
            await TryRefreshAsync(stoppingToken);
        }
    }

    private async Task TryRefreshAsync(CancellationToken ct)
    {
        try
        {
            await keys.RefreshAsync(ct);
            failing = false;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (!failing) NotYet(log, e);
            failing = true;
        }
    }

    [LoggerMessage(1203, LogLevel.Warning, "Signing keys cannot be read; it is tried again twice a second. Until then this node goes on with those that it knows, for Gatehouse:Keys:PublicationLead at most. See whether the database is reachable and migrated.")]
    private static partial void NotYet(ILogger log, Exception e);
}
