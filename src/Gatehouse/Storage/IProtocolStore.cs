namespace Gatehouse.Storage;

/// <summary>All of the store that a decision may see.</summary>
public interface IArtifactReader
{
    /// <summary>
    /// The artifact, or null if it is unknown or its family was revoked. Spent and expired ones are returned: being shown one is news.
    /// </summary>
    ValueTask<Artifact?> FindAsync(string id, CancellationToken ct);

    /// <summary>The family, revoked or not, or null if it is unknown. Self-contained tokens are checked by it.</summary>
    ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct);
}

/// <summary>What proof verifiers may do: see each <c>jti</c> once.</summary>
public interface IReplayGuard
{
    /// <summary>True the first time that <paramref name="key"/> is seen; false for everybody else until <paramref name="until"/>.</summary>
    ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct);
}

/// <summary>
/// What the protocol remembers between requests. Each method is one atomic transition: it happened whole, or it did not happen.
/// An outage is an exception; a lost race is <c>false</c>. <c>Gatehouse.Storage.Contract</c> tests any implementation.
/// </summary>
public interface IProtocolStore : IArtifactReader, IReplayGuard
{
    /// <summary>Stores a new family and its first artifacts.</summary>
    ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct);

    /// <summary>
    /// Spends <paramref name="seen"/> and stores what it was exchanged for, or does neither. True for at most one caller, ever; false if it was
    /// already spent, has expired by <paramref name="now"/>, or its family was revoked.
    /// </summary>
    /// <param name="seen">The artifact as <see cref="IArtifactReader.FindAsync"/> returned it.</param>
    /// <param name="successors">What to store with it; may be empty.</param>
    /// <param name="receipt">What to leave on the spent artifact, for whoever presents it again (<see cref="Artifact.Receipt"/>); may be null.</param>
    /// <param name="now">The caller's time, which becomes <see cref="Artifact.SpentAt"/>.</param>
    /// <param name="ct">Cancels the wait, not necessarily the transition.</param>
    ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct);

    /// <summary>Replaces the payload of an unspent artifact if it is still the payload in <paramref name="seen"/>: a user approving a device, a poll slowing down.</summary>
    ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct);

    /// <summary>Ends a family. Its artifacts stop being found, including those still being stored. Ending it twice keeps the first time.</summary>
    ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends every family of a subject, of a client, or of a subject at a client. At least one is given. Returns how many it ended.</summary>
    ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends every family that ends with a session. Returns how many it ended.</summary>
    ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends every family of a subject but those that end with this session, in one write. Returns how many it ended.</summary>
    ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// The clients that hold something of a subject, each once and with all that it holds: those with a family that is neither revoked nor expired by <paramref name="now"/>. In the ordinal order of their ids, so that
    /// whoever asks again after the last one misses none that was there. A client may have a hundred thousand families of one subject: the database adds them up, and memory holds no more than the answer.
    /// </summary>
    /// <param name="subject">Whose.</param>
    /// <param name="after">The id to go on after; empty to begin.</param>
    /// <param name="limit">How many clients at most. A shorter answer is the last one.</param>
    /// <param name="now">What has expired by then is left out.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Sets <see cref="Family.LastUsedAt"/> of families, each named once; a later time that is there already stays. Called in the background, for many at once: no request waits for it.
    /// </summary>
    ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct);

    /// <summary>
    /// Removes what no longer answers any question: artifacts, families and remembered keys whose expiry has passed, at most
    /// <paramref name="limit"/> rows. Returns how many, so that the sweeper knows when to stop. Safe on many nodes at once.
    /// </summary>
    ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct);
}
