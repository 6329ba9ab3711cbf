namespace Gatehouse.Clients;

/// <summary>For tests and demos. Everything is forgotten when the process ends.</summary>
public sealed class InMemoryClientStore : IClientStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Client> clients = new(StringComparer.Ordinal);
    private long version;

    /// <inheritdoc/>
    public ValueTask<Client?> FindAsync(string clientId, CancellationToken ct)
    {
        lock (gate) return new(clients.GetValueOrDefault(clientId));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Client>> ListAsync(string? afterId, int limit, CancellationToken ct)
    {
        lock (gate) return new([.. clients.Values.Where(client => afterId is null || string.CompareOrdinal(client.Id, afterId) > 0).Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryCreateAsync(Client client, CancellationToken ct)
    {
        lock (gate) return new(Changed(clients.TryAdd(client.Id, client)));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryUpdateAsync(Client client, CancellationToken ct)
    {
        lock (gate)
        {
            if (!clients.TryGetValue(client.Id, out var known)) return new(false);
            clients[client.Id] = client with { CreatedAt = known.CreatedAt, UnusedUntil = known.UnusedUntil };
            return new(Changed(true));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryDeleteAsync(string clientId, CancellationToken ct)
    {
        lock (gate) return new(Changed(clients.Remove(clientId)));
    }

    /// <inheritdoc/>
    public ValueTask MarkUsedAsync(string clientId, CancellationToken ct)
    {
        lock (gate)
        {
            if (clients.TryGetValue(clientId, out var client) && client.UnusedUntil is not null)
            {
                clients[clientId] = client with { UnusedUntil = null };
                Changed(true);
            }
        }
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<int> SweepUnusedAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        lock (gate)
        {
            var unused = clients.Values.Where(client => client.UnusedUntil < now).Select(client => client.Id).Take(limit).ToList();
            foreach (var id in unused) clients.Remove(id);
            Changed(unused.Count > 0);
            return new(unused.Count);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> ReadVersionAsync(CancellationToken ct)
    {
        lock (gate) return new(version);
    }

    private bool Changed(bool changed)
    {
        if (changed) version++;
        return changed;
    }
}
