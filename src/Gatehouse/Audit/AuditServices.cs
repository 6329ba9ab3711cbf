using Gatehouse.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Audit;

internal static class AuditServices
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.TryAddSingleton<AuditTrail>();
        services.AddHostedService<AuditWriter>();
        services.AddSingleton(static provider => Old(provider.GetService<IAuditStore>(), provider.GetRequiredService<IOptions<GatehouseOptions>>().Value.Audit));
    }

    private static Sweep Old(IAuditStore? store, AuditOptions options) => new("audit", "audit events after their retention",
        (now, limit, ct) => store is null ? new(0) : store.SweepAsync(now - options.Retention, limit, ct));
}
