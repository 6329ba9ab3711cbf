using Gatehouse;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gatehouse among the app's health checks.</summary>
public static class GatehouseHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is healthy while tokens can be issued: the store answers within 5 seconds, its tables are of a version that this build can work with, and there is a usable signing key. For readiness, not for
    /// liveness: a process that is restarted because its database is away comes back without one.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks</c> returned.</param>
    /// <param name="name">Its name. Default <c>gatehouse</c>.</param>
    /// <param name="failureStatus">What it is when tokens cannot be issued. Default unhealthy.</param>
    /// <param name="tags">To choose checks by.</param>
    public static IHealthChecksBuilder AddGatehouse(this IHealthChecksBuilder builder, string name = "gatehouse", HealthStatus failureStatus = HealthStatus.Unhealthy, params IEnumerable<string> tags)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<GatehouseHealthCheck>(name, failureStatus, tags);
    }
}
