using Gatehouse.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Gatehouse;

/// <summary>Ready means: this process could issue a token now. The store answers, its tables are of this version, and there is a key to sign with. Asked of all at once, with a limit.</summary>
internal sealed class GatehouseHealthCheck(IEnumerable<ReadinessCheck> checks, IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <summary>Whoever asks has a limit of its own, of a few seconds as a rule, and should hear why before it ends.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // A process that is going to stop must get no new visitors.
        if (lifetime.ApplicationStopping.IsCancellationRequested) return Unhealthy(context, "it is stopping", null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        foreach (var check in checks)
        {
            try
            {
                // Waited for here, and not by the check alone: not everything that hangs hears that it is cancelled.
                if (await check.FindProblemAsync(limit.Token).AsTask().WaitAsync(limit.Token) is { } problem) return Unhealthy(context, $"{check.What}: {problem}", null);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                return Unhealthy(context, $"{check.What}: {(limit.IsCancellationRequested ? $"no answer within {Patience.TotalSeconds:0} seconds" : e.Message)}", e);
            }
        }
        return HealthCheckResult.Healthy("tokens can be issued");
    }

    private static HealthCheckResult Unhealthy(HealthCheckContext context, string reason, Exception? e) => new(context.Registration.FailureStatus, reason, e);
}
