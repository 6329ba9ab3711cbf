using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

internal sealed class EntityFrameworkSessionStore<TContext>(ContextSource<TContext> contexts, PlainSql<TContext> plain) : ISessionStore where TContext : DbContext
{
    private string ExpiredSql => field ??= $"SELECT id FROM {plain.TableOf<SessionRow>()} WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";

    public async ValueTask StartAsync(Session session, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        context.Add(ToRow(session));
        await context.SaveChangesAsync(ct);
    }

    public async ValueTask<Session?> FindAsync(string id, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return await FindRowAsync(context, id, ct) is { } row ? ToSession(row) : null;
    }

    public async ValueTask<IReadOnlyList<Session>> ListAsync(string subject, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return (await context.Set<SessionRow>().AsNoTracking().Where(row => row.Subject == subject).OrderByDescending(row => row.SignedInAt).ToListAsync(ct)).ConvertAll(ToSession);
    }

    public async ValueTask<bool> TryRenewAsync(Session session, CancellationToken ct)
    {
        var renewed = ToRow(session);
        await using var lease = contexts.Lease(out var context);
        return await context.Set<SessionRow>().Where(row => row.Id == renewed.Id && row.Subject == renewed.Subject).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Stamp, renewed.Stamp).SetProperty(row => row.SignedInAt, renewed.SignedInAt)
            .SetProperty(row => row.LastSeenAt, renewed.LastSeenAt).SetProperty(row => row.ExpiresAt, renewed.ExpiresAt)
            .SetProperty(row => row.Amr, renewed.Amr).SetProperty(row => row.Acr, renewed.Acr).SetProperty(row => row.Device, renewed.Device), ct) == 1;
    }

    public async ValueTask<bool> TryTouchAsync(string id, DateTimeOffset lastSeenAt, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var (seen, expires) = (lastSeenAt.ToMilliseconds(), expiresAt.ToMilliseconds());
        await using var lease = contexts.Lease(out var context);
        var rows = context.Set<SessionRow>();
        return await rows.Where(row => row.Id == id && row.LastSeenAt < seen)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, seen).SetProperty(row => row.ExpiresAt, expires), ct) == 1
            || await rows.AnyAsync(row => row.Id == id, ct);
    }

    public async ValueTask<bool> TryAddClientAsync(string id, string clientId, DateTimeOffset now, CancellationToken ct)
    {
        var at = now.ToMilliseconds();
        await using var lease = contexts.Lease(out var context);
        while (true)
        {
            if (await FindRowAsync(context, id, ct) is not { } row || row.ExpiresAt <= at) return false;
            var clients = Split(row.Clients);
            if (clients.Contains(clientId, StringComparer.Ordinal)) return true;
            var (seen, joined) = (row.Clients, string.Join(' ', [.. clients, clientId]));
            if (await context.Set<SessionRow>().Where(r => r.Id == id && r.Clients == seen && r.ExpiresAt > at).ExecuteUpdateAsync(set => set.SetProperty(r => r.Clients, joined), ct) == 1) return true;
        }
    }

    public async ValueTask<Session?> TryEndAsync(string id, DateTimeOffset now, CancellationToken ct)
    {
        while (true)
        {
            await using var lease = contexts.Lease(out var context);
            if (await FindRowAsync(context, id, ct) is not { } row) return null;
            var session = ToSession(row);
            // `DELETE … WHERE id = … AND clients = …`, and the notices, in one transaction.
            context.Remove(row);
            context.AddRange(LogoutNotice.Of(session, now).Select(EntityFrameworkLogoutOutbox<TContext>.ToRow));
            try
            {
                await context.SaveChangesAsync(ct);
                await context.TellAsync(StoreNotice.Session + session.Id, ct);
                return session;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another caller ended it, or a client has joined it since it was read: look again.
            }
        }
    }

    public async ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        var expired = now.ToMilliseconds();
        // In two statements: as one, PostgreSQL may look for the oldest anew for each that it removes.
        var ids = await plain.ReadAsync(ExpiredSql, static row => row.GetString(0), ct, expired, limit);
        if (ids.Count == 0) return 0; // as nearly always
        await using var lease = contexts.Lease(out var context);
        // The expiry is asked once more: the browser may have been seen since.
        return await context.Set<SessionRow>().Where(row => ids.Contains(row.Id) && row.ExpiresAt <= expired).ExecuteDeleteAsync(ct);
    }

    private static Task<SessionRow?> FindRowAsync(TContext context, string id, CancellationToken ct) => context.Set<SessionRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct);

    private static string[] Split(string? list) => list?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static SessionRow ToRow(Session session) => new()
    {
        Id = session.Id,
        Subject = session.Subject,
        Stamp = session.Stamp,
        SignedInAt = session.SignedInAt.ToMilliseconds(),
        LastSeenAt = session.LastSeenAt.ToMilliseconds(),
        ExpiresAt = session.ExpiresAt.ToMilliseconds(),
        Amr = session.Amr.Count == 0 ? null : string.Join(' ', session.Amr),
        Acr = session.Acr,
        Device = session.Device,
        Clients = string.Join(' ', session.Clients),
    };

    private static Session ToSession(SessionRow row) =>
        new(row.Id, row.Subject, row.Stamp, row.SignedInAt.ToInstant(), row.LastSeenAt.ToInstant(), row.ExpiresAt.ToInstant())
        {
            Amr = Split(row.Amr),
            Acr = row.Acr,
            Device = row.Device,
            Clients = Split(row.Clients),
        };
}
