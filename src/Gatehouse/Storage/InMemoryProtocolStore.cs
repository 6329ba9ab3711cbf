namespace Gatehouse.Storage;

/// <summary>For tests and demos. Everything is forgotten when the process ends.</summary>
public sealed class InMemoryProtocolStore : IProtocolStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Artifact> artifacts = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Family> families = [];
    private readonly Dictionary<string, DateTimeOffset> remembered = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<Artifact?> FindAsync(string id, CancellationToken ct)
    {
        lock (gate)
            return new(artifacts.TryGetValue(id, out var artifact) && !IsRevoked(artifact.FamilyId) ? artifact : null);
    }

    /// <inheritdoc/>
    public ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct)
    {
        lock (gate) return new(families.GetValueOrDefault(id));
    }

    /// <inheritdoc/>
    public ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct)
    {
        lock (gate)
        {
            if (families.ContainsKey(family.Id)) throw new InvalidOperationException($"A family {family.Id} exists already.");
            RefuseTaken(artifacts);
            families.Add(family.Id, family);
            foreach (var artifact in artifacts) this.artifacts.Add(artifact.Id, artifact);
        }
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct)
    {
        lock (gate)
        {
            if (!artifacts.TryGetValue(seen.Id, out var artifact) || artifact.SpentAt is not null || artifact.ExpiresAt <= now || IsRevoked(artifact.FamilyId))
                return new(false);
            RefuseTaken(successors);
            artifacts[seen.Id] = artifact with { SpentAt = now, Receipt = receipt };
            foreach (var successor in successors) artifacts.Add(successor.Id, successor);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct)
    {
        lock (gate)
        {
            if (!artifacts.TryGetValue(seen.Id, out var artifact) || artifact.SpentAt is not null || artifact.Payload != seen.Payload || IsRevoked(artifact.FamilyId))
                return new(false);
            artifacts[seen.Id] = artifact with { Payload = payload };
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct)
    {
        lock (gate)
            if (families.TryGetValue(familyId, out var family) && family.RevokedAt is null)
                families[familyId] = family with { RevokedAt = now };
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct)
    {
        if (subject is null && clientId is null) throw new ArgumentException("Name a subject, a client, or both.");
        lock (gate) return new(Revoke(family => (subject is null || family.Subject == subject) && (clientId is null || family.ClientId == clientId), now));
    }

    /// <inheritdoc/>
    public ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        lock (gate) return new(Revoke(family => family.SessionId == sessionId, now));
    }

    /// <inheritdoc/>
    public ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        lock (gate) return new(Revoke(family => family.Subject == subject && family.SessionId != sessionId, now));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct)
    {
        var clients = new SortedDictionary<string, ClientAccess>(StringComparer.Ordinal);
        lock (gate)
            foreach (var family in families.Values)
                if (family.Subject == subject && family.RevokedAt is null && family.ExpiresAt > now && string.CompareOrdinal(family.ClientId, after) > 0)
                    clients[family.ClientId] = clients.GetValueOrDefault(family.ClientId, new(family.ClientId, "", family.CreatedAt, null)).And(family.Scope, family.CreatedAt, family.LastUsedAt);
        return new([.. clients.Values.Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct)
    {
        lock (gate)
            foreach (var (id, at) in uses)
                if (families.TryGetValue(id, out var family) && (family.LastUsedAt is null || family.LastUsedAt < at))
                    families[id] = family with { LastUsedAt = at };
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct)
    {
        lock (gate) return new(remembered.TryAdd(key, until));
    }

    /// <inheritdoc/>
    public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        lock (gate)
        {
            var swept = Remove(artifacts, artifact => artifact.ExpiresAt, now, limit);
            swept += Remove(remembered, until => until, now, limit - swept);
            return new(swept + Remove(families, family => family.ExpiresAt, now, limit - swept));
        }
    }

    // Before the first write, because there is nothing here that could roll one back.
    private void RefuseTaken(IReadOnlyList<Artifact> added)
    {
        var ids = new HashSet<string>(artifacts.Comparer);
        foreach (var artifact in added)
            if (artifacts.ContainsKey(artifact.Id) || !ids.Add(artifact.Id))
                throw new InvalidOperationException($"An artifact {artifact.Id} exists already.");
    }

    private int Revoke(Func<Family, bool> which, DateTimeOffset now)
    {
        var ended = families.Values.Where(family => family.RevokedAt is null && which(family)).ToList();
        foreach (var family in ended) families[family.Id] = family with { RevokedAt = now };
        return ended.Count;
    }

    private bool IsRevoked(Guid familyId) => families.TryGetValue(familyId, out var family) && family.RevokedAt is not null;

    private static int Remove<TKey, TValue>(Dictionary<TKey, TValue> all, Func<TValue, DateTimeOffset> expiry, DateTimeOffset now, int limit) where TKey : notnull
    {
        var dead = all.Where(pair => expiry(pair.Value) <= now).Take(limit).Select(pair => pair.Key).ToList();
        foreach (var key in dead) all.Remove(key);
        return dead.Count;
    }
}
