using Gatehouse.Sessions;

namespace Gatehouse.Tests.Sessions;

/// <summary>Counts, and fails when it is told to.</summary>
internal sealed class CountingSessionStore : ISessionStore
{
    private readonly InMemorySessionStore inner = new();

    public bool IsDown { get; set; }

    public int Reads { get; private set; }

    public int Touches { get; private set; }

    private InMemorySessionStore Inner => IsDown ? throw new IOException("The store is down.") : inner;

    public ValueTask StartAsync(Session session, CancellationToken ct) => Inner.StartAsync(session, ct);

    public ValueTask<Session?> FindAsync(string id, CancellationToken ct)
    {
        Reads++;
        return Inner.FindAsync(id, ct);
    }

    public ValueTask<IReadOnlyList<Session>> ListAsync(string subject, CancellationToken ct) => Inner.ListAsync(subject, ct);

    public ValueTask<bool> TryRenewAsync(Session session, CancellationToken ct) => Inner.TryRenewAsync(session, ct);

    public ValueTask<bool> TryTouchAsync(string id, DateTimeOffset lastSeenAt, DateTimeOffset expiresAt, CancellationToken ct)
    {
        Touches++;
        return Inner.TryTouchAsync(id, lastSeenAt, expiresAt, ct);
    }

    public bool EndsWhenJoined { get; set; }

    public async ValueTask<bool> TryAddClientAsync(string id, string clientId, DateTimeOffset now, CancellationToken ct)
    {
        if (EndsWhenJoined) await Inner.TryEndAsync(id, now, ct);
        return await Inner.TryAddClientAsync(id, clientId, now, ct);
    }

    public ValueTask<Session?> TryEndAsync(string id, DateTimeOffset now, CancellationToken ct) => Inner.TryEndAsync(id, now, ct);

    public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => Inner.SweepAsync(now, limit, ct);
}
