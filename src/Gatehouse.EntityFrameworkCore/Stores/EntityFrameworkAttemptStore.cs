using System.Data.Common;
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

    private string ClearSql => field ??= $"UPDATE {plain.TableOf<AttemptsRow>()} SET failures = 0, last_at = $2 WHERE key = $1";

    private string ForgottenSql => field ??= $"SELECT key FROM {plain.TableOf<AttemptsRow>()} WHERE last_at < $1 ORDER BY last_at LIMIT $2";

    public async ValueTask<IReadOnlyList<Attempts>> AddFailureAsync(IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset forgetBefore, CancellationToken ct)
    {
        // In one order everywhere: two statements that lock the same rows in different orders would wait for each other.
        object[] parameters = [now.ToMilliseconds(), forgetBefore.ToMilliseconds(), .. keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (parameters.Length == 2) return [];
        return await plain.ReadAsync(AddFailureSql(plain.TableOf<AttemptsRow>(), parameters.Length - 2), Read, ct, parameters);
    }

    public ValueTask ClearAsync(string key, DateTimeOffset now, CancellationToken ct) => plain.WriteAsync(ClearSql, [[key, now.ToMilliseconds()]], ct);

    public async ValueTask<IReadOnlyList<Attempts>> ListSinceAsync(DateTimeOffset since, CancellationToken ct) =>
        await plain.ReadAsync(ListSinceSql, Read, ct, since.ToMilliseconds());

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
        for (var i = 0; i < keys; i++) sql.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ", ")}(${i + 3}, 1, $1)");
        return sql.Append("""
             ON CONFLICT (key) DO UPDATE SET
                failures = CASE WHEN attempts.last_at < $2 THEN 1 ELSE attempts.failures + 1 END,
                last_at = CASE WHEN attempts.last_at > excluded.last_at THEN attempts.last_at ELSE excluded.last_at END
            RETURNING key, failures, last_at
            """).ToString();
    }

    private static Attempts Read(DbDataReader row) => new(row.GetString(0), row.GetInt32(1), row.GetInt64(2).ToInstant());
}
