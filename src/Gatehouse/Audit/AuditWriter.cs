using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Audit;

/// <summary>
/// Brings the trail to the store, many events at a time. While the store is away they wait; what a killed process had not brought there yet (a second's worth) is in its log only.
/// </summary>
internal sealed partial class AuditWriter(AuditTrail trail, TimeProvider clock, ILogger<AuditWriter> log, IAuditStore? store = null) : BackgroundService
{
    internal const int BatchSize = 500;

    internal static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(500), RetryAfter = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(5);

    private readonly List<AuditEvent> batch = [];
    private bool failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is null || trail.Waiting is not { } waiting) return;
        while (batch.Count > 0 || await waiting.WaitToReadAsync(stoppingToken))
        {
            await Task.Delay(failing ? RetryAfter : Gathering, clock, stoppingToken);
            do await TryWriteAsync(stoppingToken);
            while (!failing && waiting.Count >= BatchSize);
        }
    }

    /// <summary>The last chance. It is here, and not where the work is, because a host that stops right after it started never gets to the work.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (store is null || trail.Waiting is not { } waiting) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LastChance);
        failing = false;
        do await TryWriteAsync(limit.Token);
        while (!failing && (batch.Count > 0 || waiting.Count > 0));
    }

    private async Task TryWriteAsync(CancellationToken ct)
    {
        while (batch.Count < BatchSize && trail.Waiting!.TryRead(out var audited)) batch.Add(audited);
        if (trail.TakeLost() is > 0 and var lost) trail.Record(AuditType.Gap, AuditOutcome.Success, null, null, null, ("lost", lost.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (batch.Count == 0) return;
        try
        {
            await store!.AppendAsync(batch, ct);
            batch.Clear();
            if (failing) Recovered(log);
            failing = false;
        }
        catch (Exception e)
        {
            // The same events again: whether they arrived is not known, and the store takes each once.
            if (!failing) Failed(log, e, AuditTrail.MaxWaiting);
            failing = true;
        }
    }

    [LoggerMessage(1902, LogLevel.Error, "The audit trail cannot be stored; up to {Waiting} events wait until it can, and all of them are in this log under Gatehouse.Audit. Said once per outage. See whether the database is reachable and migrated.")]
    private static partial void Failed(ILogger log, Exception e, int waiting);

    [LoggerMessage(1903, LogLevel.Information, "The audit trail is stored again.")]
    private static partial void Recovered(ILogger log);
}
