using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Storage;

/// <summary>
/// Remembers when families were last used, to the minute. A request pays one look-up in memory; the store hears of all of them once a minute. It is for people to look at, so what a dying process had not
/// written yet may be lost.
/// </summary>
internal sealed partial class FamilyUseRecorder(IProtocolStore store, TimeProvider clock, ILogger<FamilyUseRecorder> log) : BackgroundService
{
    private const int MaxPending = 100_000, BatchSize = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private Pending pending = new();

    private sealed class Pending
    {
        public readonly ConcurrentDictionary<Guid, DateTimeOffset> Uses = new();
        public int Count;
    }

    public void Note(Guid familyId)
    {
        var noted = pending;
        if (noted.Uses.ContainsKey(familyId) || noted.Count >= MaxPending) return;
        if (noted.Uses.TryAdd(familyId, clock.GetUtcNow())) Interlocked.Increment(ref noted.Count);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                // Not cancelled by the stop: this is the last chance, and the host waits a while for it.
                await FlushAsync(CancellationToken.None);
                failing = false;
            }
            catch (Exception e)
            {
                if (!failing) Lost(log, e);
                failing = true;
            }
        }
    }

    public async ValueTask FlushAsync(CancellationToken ct)
    {
        if (pending.Count == 0) return;
        foreach (var batch in Interlocked.Exchange(ref pending, new()).Uses.Chunk(BatchSize))
            await store.RecordUseAsync([.. batch.Select(use => new FamilyUse(use.Key, use.Value))], ct);
    }

    [LoggerMessage(1704, LogLevel.Warning, "When tokens were last used could not be stored, so the list of connected apps lags behind; it is said once per outage. Tokens are not affected. See whether the database is reachable.")]
    private static partial void Lost(ILogger log, Exception e);
}
