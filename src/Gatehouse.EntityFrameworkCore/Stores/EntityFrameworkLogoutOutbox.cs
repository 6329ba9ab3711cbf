using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Claims by a conditional update: of two nodes that saw the same notice, one changes the row.</summary>
internal sealed class EntityFrameworkLogoutOutbox<TContext>(ContextSource<TContext> contexts, PlainSql<TContext> plain) : ILogoutOutbox where TContext : DbContext
{
    private string DueSql => field ??=
        $"SELECT id, client_id, subject, session_id, created_at, due_at, attempts FROM {plain.TableOf<LogoutNoticeRow>()} WHERE due_at <= $1 ORDER BY due_at LIMIT $2";

    public async ValueTask AddAsync(IReadOnlyList<LogoutNotice> notices, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        context.AddRange(notices.Select(ToRow));
        await context.SaveChangesAsync(ct);
    }

    public async ValueTask<IReadOnlyList<LogoutNotice>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken ct)
    {
        var (due, next) = (now.ToMilliseconds(), until.ToMilliseconds());
        var all = await plain.ReadAsync(DueSql, Read, ct, due, limit);
        if (all.Count == 0) return []; // as nearly always
        await using var lease = contexts.Lease(out var context);
        var rows = context.Set<LogoutNoticeRow>();
        var claimed = new List<LogoutNotice>();
        foreach (var seen in all)
            if (await rows.Where(row => row.Id == seen.Id && row.Attempts == seen.Attempts && row.DueAt == seen.DueAt)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, next).SetProperty(row => row.Attempts, row => row.Attempts + 1), ct) == 1)
                claimed.Add(new(seen.Id, seen.ClientId, seen.Subject, seen.SessionId, seen.CreatedAt.ToInstant(), next.ToInstant(), seen.Attempts + 1));
        return claimed;
    }

    public async ValueTask RemoveAsync(Guid id, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        await context.Set<LogoutNoticeRow>().Where(row => row.Id == id).ExecuteDeleteAsync(ct);
    }

    public async ValueTask PostponeAsync(LogoutNotice claimed, DateTimeOffset dueAt, bool sent, CancellationToken ct)
    {
        var (seen, due, attempts) = (claimed.DueAt.ToMilliseconds(), dueAt.ToMilliseconds(), sent ? claimed.Attempts : claimed.Attempts - 1);
        await using var lease = contexts.Lease(out var context);
        await context.Set<LogoutNoticeRow>().Where(row => row.Id == claimed.Id && row.Attempts == claimed.Attempts && row.DueAt == seen)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, due).SetProperty(row => row.Attempts, attempts), ct);
    }

    private static LogoutNoticeRow Read(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        ClientId = row.GetString(1),
        Subject = row.GetString(2),
        SessionId = row.IsDBNull(3) ? null : row.GetString(3),
        CreatedAt = row.GetInt64(4),
        DueAt = row.GetInt64(5),
        Attempts = row.GetInt32(6),
    };

    public static LogoutNoticeRow ToRow(LogoutNotice notice) => new()
    {
        Id = notice.Id,
        ClientId = notice.ClientId,
        Subject = notice.Subject,
        SessionId = notice.SessionId,
        CreatedAt = notice.CreatedAt.ToMilliseconds(),
        DueAt = notice.DueAt.ToMilliseconds(),
        Attempts = notice.Attempts,
    };
}
