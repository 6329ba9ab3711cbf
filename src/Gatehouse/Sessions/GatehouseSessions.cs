// OpenID Connect Back-Channel Logout 1.0 - OpenID Connect Back-Channel Logout 1.0 (§2.7: what ends with a session)
using Gatehouse.Audit;
using Gatehouse.Diagnostics;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Sessions;

/// <summary>
/// The sessions of the app's users, to list and to end: for a page "where am I signed in", for "sign out everywhere", and for administrators. A singleton service. Ending a session refuses its cookie, ends the
/// tokens that depend on it, and tells its clients; tokens that were granted with <c>offline_access</c> survive, unless the method says otherwise.
/// </summary>
public sealed partial class GatehouseSessions
{
    /// <summary>How many clients are read, and how many notices stored, in one statement.</summary>
    private const int AtOnce = 200;

    private readonly LiveSessions live;
    private readonly ISessionStore? store;
    private readonly ILogoutOutbox? outbox;
    private readonly IProtocolStore protocol;
    private readonly IEnumerable<SessionEndListener> listeners;
    private readonly OutboxSignal signal;
    private readonly AuditTrail audit;
    private readonly Metrics metrics;
    private readonly TimeProvider clock;
    private readonly ILogger log;

    internal GatehouseSessions(LiveSessions live, ISessionStore? store, ILogoutOutbox? outbox, IProtocolStore protocol, IEnumerable<SessionEndListener> listeners, OutboxSignal signal, AuditTrail audit, Metrics metrics,
        TimeProvider clock, ILogger<GatehouseSessions> log) =>
        (this.live, this.store, this.outbox, this.protocol, this.listeners, this.signal, this.audit, this.metrics, this.clock, this.log) = (live, store, outbox, protocol, listeners, signal, audit, metrics, clock, log);

    /// <summary>Where this user is signed in, the latest sign-in first.</summary>
    public async ValueTask<IReadOnlyList<Session>> ListAsync(string subject, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        if (store is null) return [];
        var now = clock.GetUtcNow();
        return [.. (await store.ListAsync(subject, ct)).Where(session => session.ExpiresAt > now)];
    }

    /// <summary>
    /// Ends one session (<see cref="Session.Id"/>). Returns what ended; null if it was not there, or somebody else ended it at the same moment. Whether it belongs to whoever asks is the caller's to check:
    /// look for it in <see cref="ListAsync"/>.
    /// </summary>
    public async ValueTask<Session?> EndAsync(string sessionId, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(sessionId);
        if (store is null) return null;
        var ended = await store.TryEndAsync(sessionId, clock.GetUtcNow(), ct);
        live.Forget(sessionId);
        // Also if somebody else was first: they may have died before they came here. Whoever sends the notices does this again, so a process that dies between the two lines leaves nothing behind either.
        await EndTokensAsync(sessionId, ended?.Subject, ct);
        if (ended is null) return null;
        Ended(log, ended.Id, ended.Subject, ended.Clients.Count);
        audit.Record(AuditType.SessionEnded, AuditOutcome.Success, null, ended.Subject, null, ("session", ended.Id));
        signal.Ring();
        return ended;
    }

    /// <summary>Signs a user out everywhere, or everywhere else: after a change of password, for example (SR-214).</summary>
    /// <param name="subject">The user.</param>
    /// <param name="exceptSessionId">The session to leave alone, or null.</param>
    /// <param name="includeOfflineGrants">Whether tokens that outlive sessions end, too. Default false.</param>
    /// <param name="ct">Cancels what is left to do.</param>
    /// <returns>How many sessions ended.</returns>
    public async ValueTask<int> EndAllAsync(string subject, string? exceptSessionId = null, bool includeOfflineGrants = false, CancellationToken ct = default)
    {
        var ended = 0;
        foreach (var session in await ListAsync(subject, ct))
            if (session.Id != exceptSessionId && await EndAsync(session.Id, ct) is not null) ended++;
        if (!includeOfflineGrants) return ended;
        var now = clock.GetUtcNow();
        metrics.Revoked(exceptSessionId is null ? await protocol.RevokeFamiliesAsync(subject, null, now, ct) : await protocol.RevokeFamiliesExceptAsync(subject, exceptSessionId, now, ct), "session");
        await NotifyAsync(subject);
        return ended;
    }

    /// <summary>For a user who was disabled or deleted: ends every session and every token, offline ones included. Let <c>IUserAuthenticator.IsActiveAsync</c> answer false as well, or they sign in again.</summary>
    /// <returns>How many sessions ended.</returns>
    public async ValueTask<int> EndUserAsync(string subject, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject);
        metrics.Revoked(await protocol.RevokeFamiliesAsync(subject, null, clock.GetUtcNow(), ct), "user");
        await NotifyAsync(subject);
        return await EndAllAsync(subject, ct: ct);
    }

    /// <summary>For an app whose sign-in is not a cookie, so that no session can be told from another: every client that holds something of this user is told that they signed out. Their tokens stay.</summary>
    internal async ValueTask<IReadOnlyList<string>> TellClientsOfAsync(string subject, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var clients = new List<string>();
        for (IReadOnlyList<ClientAccess>? part = null; part is null || part.Count == AtOnce;)
        {
            part = await protocol.ListClientsAsync(subject, clients.Count == 0 ? "" : clients[^1], AtOnce, now, ct);
            clients.AddRange(part.Select(client => client.ClientId));
            if (outbox is not null && part.Count > 0) await outbox.AddAsync([.. part.Select(client => new LogoutNotice(Guid.CreateVersion7(now), client.ClientId, subject, null, now, now, 0))], ct);
        }
        if (outbox is not null && clients.Count > 0) signal.Ring();
        return clients;
    }

    internal async ValueTask EndTokensAsync(string sessionId, string? subject, CancellationToken ct)
    {
        metrics.Revoked(await protocol.RevokeSessionAsync(sessionId, clock.GetUtcNow(), ct), "session");
        await NotifyAsync(subject);
    }

    private async ValueTask NotifyAsync(string? subject)
    {
        foreach (var listener in listeners) await listener.Ended(subject);
    }

    [LoggerMessage(1803, LogLevel.Information, "Session {SessionId} of user '{Subject}' ended; {Clients} clients are told if they asked for it.")]
    private static partial void Ended(ILogger log, string sessionId, string subject, int clients);
}
