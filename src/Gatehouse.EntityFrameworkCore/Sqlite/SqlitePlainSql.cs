using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Plain;
using Microsoft.Data.Sqlite;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

internal sealed class SqlitePlainSql<TContext>(SqliteReaders readers, SqliteWriter writer) : PlainSql<TContext>
{
    public override string TableOf<TRow>() => OwnTables.Of<TRow>();

    public override ValueTask<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken ct, params object[] values)
    {
        ct.ThrowIfCancellationRequested();
        return new(readers.Read((sql, read, values), static (session, query) =>
        {
            using var rows = session.Query(query.sql, query.values);
            var all = new List<T>();
            while (rows.Read()) all.Add(query.read(rows));
            return all;
        }));
    }

    public override async ValueTask WriteAsync(string sql, IReadOnlyList<object?[]> rows, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await writer.WriteAsync(session => rows.Sum(row => session.Execute(sql, row)));
    }

    public override async ValueTask<int> ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        ct.ThrowIfCancellationRequested();
        return await writer.WriteAsync(session => session.Execute(sql, values));
    }

    // For a missing table SQLite has no code of its own.
    public override bool MeansNothingIsThere(DbException failure) =>
        failure is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CANTOPEN } || failure.Message.Contains("no such table", StringComparison.Ordinal);
}
