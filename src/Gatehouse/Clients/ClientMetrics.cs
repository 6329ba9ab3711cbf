using System.Diagnostics.Metrics;
using Gatehouse.Diagnostics;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

internal static class ClientMetrics
{
    public static string LabelOf(this Metrics metrics, Client client) => metrics.Clients.LabelOf(client.Id, client.IsDynamic);

    /// <summary>A request of a client ended like this.</summary>
    public static void Ended(this Metrics metrics, Counter<long> counter, Client? client, string outcome, string? error = null)
    {
        if (counter.Enabled) Metrics.Ended(counter, outcome, client is null ? null : metrics.LabelOf(client), error);
    }

    public static void Refused(this Metrics metrics, Counter<long> counter, Client? client, OAuthError error) => metrics.Ended(counter, client, Metrics.OutcomeOf(error), error.Code);
}
