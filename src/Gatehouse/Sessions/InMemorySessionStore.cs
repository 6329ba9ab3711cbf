namespace Gatehouse.Sessions;

/// <summary>For tests and demos. Everything is forgotten when the process ends.</summary>
public sealed class InMemorySessionStore : ISessionStore, ILogoutOutbox
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, LogoutNotice> notices = [];

    /// <inheritdoc/>
    public ValueTask StartAsync(Session session, CancellationToken ct)
    {
        lock (gate)
            if (!sessions.TryAdd(session.Id, session)) throw new InvalidOperationException($"A session {session.Id} exists already.");
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<Session?> FindAsync(string id, CancellationToken ct)
    {
        lock (gate) return new(sessions.GetValueOrDefault(id));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Session>> ListAsync(string subject, CancellationToken ct)
    {
        lock (gate) return new([.. sessions.Values.Where(session => session.Subject == subject).OrderByDescending(session => session.SignedInAt)]);
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryRenewAsync(Session session, CancellationToken ct)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(session.Id, out var old) || old.Subject != session.Subject) return new(false);
            sessions[session.Id] = session with { Clients = old.Clients };
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryTouchAsync(string id, DateTimeOffset lastSeenAt, DateTimeOffset expiresAt, CancellationToken ct)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(id, out var session)) return new(false);
            if (session.LastSeenAt < lastSeenAt) sessions[id] = session with { LastSeenAt = lastSeenAt, ExpiresAt = expiresAt };
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryAddClientAsync(string id, string clientId, DateTimeOffset now, CancellationToken ct)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(id, out var session) || session.ExpiresAt <= now) return new(false);
            if (!session.Clients.Contains(clientId, StringComparer.Ordinal)) sessions[id] = session with { Clients = [.. session.Clients, clientId] };
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Session?> TryEndAsync(string id, DateTimeOffset now, CancellationToken ct)
    {
        lock (gate)
        {
            if (!sessions.Remove(id, out var ended)) return new((Session?)null);
            foreach (var notice in LogoutNotice.Of(ended, now)) notices.Add(notice.Id, notice);
            return new(ended);
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        lock (gate)
        {
            var expired = sessions.Values.Where(session => session.ExpiresAt <= now).Take(limit).ToList();
            foreach (var session in expired) sessions.Remove(session.Id);
            return new(expired.Count);
        }
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<LogoutNotice> notices, CancellationToken ct)
    {
        lock (gate)
            foreach (var notice in notices) this.notices.Add(notice.Id, notice);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LogoutNotice>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken ct)
    {
        lock (gate)
        {
            LogoutNotice[] due = [.. notices.Values.Where(notice => notice.DueAt <= now).OrderBy(notice => notice.DueAt).Take(limit).Select(notice => notice with { DueAt = until, Attempts = notice.Attempts + 1 })];
            foreach (var notice in due) notices[notice.Id] = notice;
            return new(due);
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(Guid id, CancellationToken ct)
    {
        lock (gate) notices.Remove(id);
        return default;
    }

    /// <inheritdoc/>
    public ValueTask PostponeAsync(LogoutNotice claimed, DateTimeOffset dueAt, bool sent, CancellationToken ct)
    {
        lock (gate)
            if (notices.TryGetValue(claimed.Id, out var notice) && notice == claimed) notices[claimed.Id] = notice with { DueAt = dueAt, Attempts = sent ? notice.Attempts : notice.Attempts - 1 };
        return default;
    }
}
