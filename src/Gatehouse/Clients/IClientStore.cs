namespace Gatehouse.Clients;

/// <summary>The registered clients. Reads on the hot path go through a cache in each process; see <see cref="ReadVersionAsync"/>.</summary>
public interface IClientStore
{
    /// <summary>The client, or null. Ids are compared by ordinal.</summary>
    ValueTask<Client?> FindAsync(string clientId, CancellationToken ct);

    /// <summary>Clients in order of their id, after <paramref name="afterId"/>, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<Client>> ListAsync(string? afterId, int limit, CancellationToken ct);

    /// <summary>Adds a client. False if the id is taken.</summary>
    ValueTask<bool> TryCreateAsync(Client client, CancellationToken ct);

    /// <summary>Replaces a client, secrets included, but not <see cref="Client.CreatedAt"/> and <see cref="Client.UnusedUntil"/>. False if there is none with this id.</summary>
    ValueTask<bool> TryUpdateAsync(Client client, CancellationToken ct);

    /// <summary>Removes a client. False if there was none. Its tokens die because their client is gone.</summary>
    ValueTask<bool> TryDeleteAsync(string clientId, CancellationToken ct);

    /// <summary>Takes <see cref="Client.UnusedUntil"/> from a client. Called more than once at first; does nothing, and changes no version, if it has none.</summary>
    ValueTask MarkUsedAsync(string clientId, CancellationToken ct);

    /// <summary>Removes clients whose <see cref="Client.UnusedUntil"/> is earlier than <paramref name="now"/>, at most <paramref name="limit"/>. Returns how many.</summary>
    ValueTask<int> SweepUnusedAsync(DateTimeOffset now, int limit, CancellationToken ct);

    /// <summary>A number that grows with every change, so that each node can see within a second that its cache is old.</summary>
    ValueTask<long> ReadVersionAsync(CancellationToken ct);
}
