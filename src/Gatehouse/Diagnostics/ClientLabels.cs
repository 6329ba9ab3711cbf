using System.Collections.Concurrent;

namespace Gatehouse.Diagnostics;

/// <summary>
/// Clients as values of an attribute. Each value is a time series wherever metrics are kept, so there is an end to them: the first that this process sees have their own, all others share one.
/// Clients that registered themselves have fewer, because anybody can make those.
/// </summary>
internal sealed class ClientLabels
{
    public const int Registered = 100, SelfRegistered = 50;

    public const string Other = "other";

    private readonly Labels registered = new(Registered), selfRegistered = new(SelfRegistered);

    /// <param name="clientId">Of a client that was found: never what a stranger claims to be.</param>
    /// <param name="isDynamic">Whether it registered itself.</param>
    public string LabelOf(string clientId, bool isDynamic) => (isDynamic ? selfRegistered : registered).Of(clientId);

    private sealed class Labels(int limit)
    {
        private readonly ConcurrentDictionary<string, string> known = new(StringComparer.Ordinal);
        private int free = limit;

        // Taken before it is known whether somebody else adds the same: two that do so at once lose a place, and nobody waits.
        public string Of(string clientId) =>
            known.TryGetValue(clientId, out var label) ? label : Volatile.Read(ref free) > 0 && Interlocked.Decrement(ref free) >= 0 ? known.GetOrAdd(clientId, clientId) : Other;
    }
}
