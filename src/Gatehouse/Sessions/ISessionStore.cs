namespace Gatehouse.Sessions;

/// <summary>
/// The sessions that live. One that has ended is not there any more, so what is not found is over. Each method is one atomic transition; an outage is an exception.
/// <c>Gatehouse.Storage.Contract</c> tests any implementation.
/// </summary>
public interface ISessionStore
{
    /// <summary>Stores a new session.</summary>
    ValueTask StartAsync(Session session, CancellationToken ct);

    /// <summary>The session, also one that has expired but was not swept yet; or null.</summary>
    ValueTask<Session?> FindAsync(string id, CancellationToken ct);

    /// <summary>The sessions of a subject, expired ones included, the latest sign-in first.</summary>
    ValueTask<IReadOnlyList<Session>> ListAsync(string subject, CancellationToken ct);

    /// <summary>
    /// The same user has signed in again with the same browser: replaces everything of the session but its id, its subject and its clients. False if it has ended, or is somebody else's.
    /// </summary>
    ValueTask<bool> TryRenewAsync(Session session, CancellationToken ct);

    /// <summary>The browser was seen: moves both times, never back. False if the session has ended.</summary>
    ValueTask<bool> TryTouchAsync(string id, DateTimeOffset lastSeenAt, DateTimeOffset expiresAt, CancellationToken ct);

    /// <summary>
    /// Notes that a client must hear of the session's end. True if it will: the session lives at <paramref name="now"/>. Asking again changes nothing. A client for which this was true is in the
    /// session that <see cref="TryEndAsync"/> returns.
    /// </summary>
    ValueTask<bool> TryAddClientAsync(string id, string clientId, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Ends a session, and in the same transition puts one notice per client into the <see cref="ILogoutOutbox"/>, due at <paramref name="now"/>: a process that dies here has either done both or nothing.
    /// Returns the session to the one caller who ended it, null to everybody else.
    /// </summary>
    ValueTask<Session?> TryEndAsync(string id, DateTimeOffset now, CancellationToken ct);

    /// <summary>Removes sessions that have expired, at most <paramref name="limit"/>. Running out is no sign-out: nobody is told. Returns how many.</summary>
    ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct);
}
