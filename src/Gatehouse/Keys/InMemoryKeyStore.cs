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
            if ((keys is [.., var newest] ? newest.Id : null) != newestSeen || keys.Exists(stored => stored.Id == key.Id)) return new(false);
            keys.Add(key);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryRetireAsync(string id, DateTimeOffset now, CancellationToken ct) =>
        TryChange(id, key => key.RetiredAt is null, key => key with { RetiredAt = now });

    /// <inheritdoc/>
    public ValueTask<bool> TryReplaceAsync(string id, KeyReplacement replacement, CancellationToken ct) =>
        TryChange(id, key => key.RetiredAt is null && key.Replacement < replacement, key => key with { Replacement = replacement });

    /// <inheritdoc/>
    public ValueTask<bool> TryRemoveAsync(string id, CancellationToken ct)
    {
        lock (gate) return new(keys.RemoveAll(key => key.Id == id) > 0);
    }

    private ValueTask<bool> TryChange(string id, Predicate<StoredKey> may, Func<StoredKey, StoredKey> change)
    {
        lock (gate)
        {
            var at = keys.FindIndex(key => key.Id == id);
            if (at < 0 || !may(keys[at])) return new(false);
            keys[at] = change(keys[at]);
            return new(true);
        }
    }
}
