using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.Throttling;
using Microsoft.Data.Sqlite;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>Counts through the one writer, too: whoever guesses passwords must not hold up those who know theirs.</summary>
internal sealed class SqliteAttemptStore(SqliteWriter writer, SqliteReaders readers) : IAttemptStore
{
    private const string AddFailure = """
        INSERT INTO gatehouse_attempts AS attempts (key, failures, last_at) VALUES ($1, 1, $2)
        ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN attempts.last_at < $3 THEN 1 ELSE attempts.failures + 1 END, last_at = max(attempts.last_at, $2)
        RETURNING key, failures, last_at
        """;

    private const string Clear = "UPDATE gatehouse_attempts SET failures = 0, last_at = $2 WHERE key = $1";
    private const string ListSince = "SELECT key, failures, last_at FROM gatehouse_attempts WHERE last_at > $1 ORDER BY last_at";
    private const string Sweep = "DELETE FROM gatehouse_attempts WHERE key IN (SELECT key FROM gatehouse_attempts WHERE last_at < $1 ORDER BY last_at LIMIT $2)";

    public ValueTask<IReadOnlyList<Attempts>> AddFailureAsync(IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset forgetBefore, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var (at, oldest) = (now.ToMilliseconds(), forgetBefore.ToMilliseconds());
        return new(writer.WriteAsync<IReadOnlyList<Attempts>>(session =>
            [.. keys.Distinct(StringComparer.Ordinal).Select(key => ReadAll(session.Query(AddFailure, key, at, oldest))[0])]));
    }

    public ValueTask ClearAsync(string key, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session => session.Execute(Clear, key, now.ToMilliseconds())));
    }

    public ValueTask<IReadOnlyList<Attempts>> ListSinceAsync(DateTimeOffset since, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(readers.Read<long, IReadOnlyList<Attempts>>(since.ToMilliseconds(), static (session, since) => ReadAll(session.Query(ListSince, since))));
    }

    public ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session => session.Execute(Sweep, before.ToMilliseconds(), limit)));
    }

    private static List<Attempts> ReadAll(SqliteDataReader rows)
    {
        using (rows)
        {
            var all = new List<Attempts>();
            while (rows.Read()) all.Add(new(rows.GetString(0), rows.GetInt32(1), rows.GetInt64(2).ToInstant()));
            return all;
        }
    }
}
