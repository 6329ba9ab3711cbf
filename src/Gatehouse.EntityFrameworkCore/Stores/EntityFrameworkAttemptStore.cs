using System.Globalization;
using System.Text;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.Throttling;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Counts failures in one statement, so that no two nodes can both think that theirs was the first.</summary>
internal sealed class EntityFrameworkAttemptStore<TContext>(ContextSource<TContext> contexts, PlainSql<TContext> plain) : IAttemptStore where TContext : DbContext
{
    private string ListSinceSql => field ??= $"SELECT key, failures, last_at FROM {plain.TableOf<AttemptsRow>()} WHERE last_at > $1 ORDER BY last_at";

    private string ForgottenSql => field ??= $"SELECT key FROM {plain.TableOf<AttemptsRow>()} WHERE last_at < $1 ORDER BY last_at LIMIT $2";

    public async ValueTask<IReadOnlyList<Attempts>> AddFailureAsync(IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset forgetBefore, CancellationToken ct)
    {
        // In one order everywhere: two statements that lock the same rows in different orders would wait for each other.
        object[] parameters = [now.ToMilliseconds(), forgetBefore.ToMilliseconds(), .. keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (parameters.Length == 2) return [];
        await using var lease = contexts.Lease(out var context);
        var rows = await context.Set<AttemptsRow>().FromSqlRaw(AddFailureSql(context.TableOf<AttemptsRow>(), parameters.Length - 2), parameters).AsNoTracking().ToListAsync(ct);
        return rows.ConvertAll(ToAttempts);
    }

    public async ValueTask ClearAsync(string key, DateTimeOffset now, CancellationToken ct)
    {
        var at = now.ToMilliseconds();
        await using var lease = contexts.Lease(out var context);
        await context.Set<AttemptsRow>().Where(row => row.Key == key).ExecuteUpdateAsync(row => row.SetProperty(r => r.Failures, 0).SetProperty(r => r.LastAt, at), ct);
    }

    public async ValueTask<IReadOnlyList<Attempts>> ListSinceAsync(DateTimeOffset since, CancellationToken ct) =>
        await plain.ReadAsync(ListSinceSql, static row => new Attempts(row.GetString(0), row.GetInt32(1), row.GetInt64(2).ToInstant()), ct, since.ToMilliseconds());

    public async ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct)
    {
        var oldest = before.ToMilliseconds();
        // In two statements: as one, PostgreSQL may look for the oldest anew for each that it removes.
        var keys = await plain.ReadAsync(ForgottenSql, static row => row.GetString(0), ct, oldest, limit);
        if (keys.Count == 0) return 0; // as nearly always
        await using var lease = contexts.Lease(out var context);
        // The age is asked once more: a count may have grown since, and then it is not old any more.
        return await context.Set<AttemptsRow>().Where(row => keys.Contains(row.Key) && row.LastAt < oldest).ExecuteDeleteAsync(ct);
    }

    private static string AddFailureSql(string table, int keys)
    {
        var sql = new StringBuilder($"INSERT INTO {table} AS attempts (key, failures, last_at) VALUES ");
        for (var i = 0; i < keys; i++) sql.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}({{{i + 2}}}, 1, {{0}})");
        return sql.Append("""
             ON CONFLICT (key) DO UPDATE SET
                failures = CASE WHEN attempts.last_at < {1} THEN 1 ELSE attempts.failures + 1 END,
                last_at = CASE WHEN attempts.last_at > excluded.last_at THEN attempts.last_at ELSE excluded.last_at END
            RETURNING key, failures, last_at
            """).ToString();
    }

    private static Attempts ToAttempts(AttemptsRow row) => new(row.Key, row.Failures, row.LastAt.ToInstant());
}
