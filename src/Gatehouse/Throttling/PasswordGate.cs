// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§4.4.1.11, §4.6.7: denial of service)
using System.Threading.RateLimiting;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;

namespace Gatehouse.Throttling;

/// <summary>A password costs far more than a token, and anybody may send one. So few are checked at once, and whoever refreshes a token goes past them.</summary>
internal sealed class PasswordGate(IOptions<GatehouseOptions> options, IOptions<StoreLimits> store) : IDisposable
{
    /// <summary>As long as a call of the store may take. Those inside wait for a database that hangs; those outside would wait for all of them, one after the other.</summary>
    private readonly TimeSpan patience = store.Value.Timeout;

    private readonly RateLimiter? limiter = options.Value.Limits.PasswordLimit == 0 ? null : new ConcurrencyLimiter(new()
    {
        PermitLimit = options.Value.Limits.PasswordLimit,
        QueueLimit = options.Value.Limits.PasswordQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>For whoever wants to see how full it is.</summary>
    public RateLimiterStatistics? Statistics => limiter?.GetStatistics();

    /// <summary>Waits for a turn; dispose what it returns when the password is checked.</summary>
    /// <exception cref="ServerBusyException">As many wait as may, or for as long.</exception>
    public async ValueTask<IDisposable?> EnterAsync(CancellationToken ct)
    {
        if (limiter is null) return null;
        var turn = limiter.AttemptAcquire();
        if (!turn.IsAcquired) turn = await WaitAsync(limiter, ct);
        return turn.IsAcquired ? turn : throw new ServerBusyException("As many passwords wait to be checked as may. Gatehouse:Limits:WaitingPasswordChecks is the limit.");
    }

    private async ValueTask<RateLimitLease> WaitAsync(RateLimiter limiter, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            return await limiter.AcquireAsync(1, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ServerBusyException("Passwords are checked too slowly. If the database is well, more processors help, or Gatehouse:Limits:PasswordChecks.");
        }
    }

    public void Dispose() => limiter?.Dispose();
}
