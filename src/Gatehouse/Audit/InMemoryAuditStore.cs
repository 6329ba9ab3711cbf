namespace Gatehouse.Audit;

/// <summary>For tests and demos: the last 10,000 events. Everything is forgotten when the process ends.</summary>
public sealed class InMemoryAuditStore : IAuditStore
{
    private const int Capacity = 10_000;

    private readonly Lock gate = new();
    private readonly SortedDictionary<Guid, AuditEvent> events = [];

    /// <inheritdoc/>
    public ValueTask AppendAsync(IReadOnlyList<AuditEvent> events, CancellationToken ct)
    {
        lock (gate)
        {
            foreach (var audited in events) this.events.TryAdd(audited.Id, audited);
            while (this.events.Count > Capacity) this.events.Remove(this.events.Keys.First());
        }
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AuditEvent>> ListAsync(AuditQuery query, CancellationToken ct)
    {
        lock (gate)
        {
            var asked = events.Values.Where(query.Asks);
            return new([.. (query.Backwards ? asked.Reverse() : asked).Take(query.Limit)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct)
    {
        lock (gate)
        {
            Guid[] old = [.. events.Values.TakeWhile(audited => audited.At < before).Take(limit).Select(audited => audited.Id)];
            foreach (var id in old) events.Remove(id);
            return new(old.Length);
        }
    }
}
