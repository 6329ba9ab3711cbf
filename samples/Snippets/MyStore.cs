using Gatehouse.Storage;

/// <summary>Stands for a store of the reader's own.</summary>
public sealed class MyStore : IProtocolStore
{
    private readonly InMemoryProtocolStore store = new();

    public ValueTask<Artifact?> FindAsync(string id, CancellationToken ct) => store.FindAsync(id, ct);

    public ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct) => store.FindFamilyAsync(id, ct);

    public ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct) => store.TryRememberAsync(key, until, ct);

    public ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct) => store.StartAsync(family, artifacts, ct);

    public ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct) =>
        store.TryRedeemAsync(seen, successors, receipt, now, ct);

    public ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct) => store.TryUpdateAsync(seen, payload, ct);

    public ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct) => store.RevokeFamilyAsync(familyId, now, ct);

    public ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct) => store.RevokeFamiliesAsync(subject, clientId, now, ct);

    public ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct) => store.RevokeSessionAsync(sessionId, now, ct);

    public ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct) => store.RevokeFamiliesExceptAsync(subject, sessionId, now, ct);

    public ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct) => store.ListClientsAsync(subject, after, limit, now, ct);

    public ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct) => store.RecordUseAsync(uses, ct);

    public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => store.SweepAsync(now, limit, ct);
}
