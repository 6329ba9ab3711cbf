namespace Gatehouse.Keys;

/// <summary>For tests and demos. Everything is forgotten when the process ends.</summary>
public sealed class InMemoryKeyStore : IKeyStore
{
    private readonly Lock gate = new();
    private readonly List<StoredKey> keys = [];

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct)
    {
        lock (gate) return new([.. keys]);
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct)
    {
        lock (gate)
        {
            if ((keys is [.., var newest] ? newest.Id : null) != newestSeen) return new(false);
            keys.Add(key);
            return new(true);
        }
    }
}
