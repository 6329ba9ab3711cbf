using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Plain;
using Microsoft.Data.Sqlite;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

internal sealed class SqlitePlainSql<TContext>(SqliteFile file, SqliteReaders readers, SqliteWriter writer) : PlainSql<TContext>
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

    public override async ValueTask<int> ExecuteAsync(string sql, CancellationToken ct, params object?[] values)
    {
        ct.ThrowIfCancellationRequested();
        return await writer.WriteAsync(session => session.Execute(sql, values));
    }

    public override async ValueTask<int> ChangeAsync(IReadOnlyList<PlainStatement> statements, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return await writer.WriteAsync(session =>
        {
            // Others write in the same transaction.
            session.Execute("SAVEPOINT change");
            var changed = 0;
            foreach (var (sql, values) in statements) changed = session.Execute(sql, values);
            if (changed == 0) session.Execute("ROLLBACK TO change");
            session.Execute("RELEASE change");
            return changed;
        });
    }

    /// <summary>On a connection of its own, which waits longer than a request may, and makes the file if there is none.</summary>
    public override ValueTask<bool> TryMakeTablesAsync(string historyTable, string script, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var session = (file with { Patience = TimeSpan.FromMinutes(10) }).OpenToWrite();
        session.Execute("BEGIN IMMEDIATE");
        using (var found = session.Query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", historyTable))
            if (found.Read()) return new(false);
        session.ExecuteScript(script);
        session.Execute("COMMIT");
        return new(true);
    }

    // For a missing table SQLite has no code of its own.
    public override bool MeansNothingIsThere(DbException failure) =>
        failure is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CANTOPEN } || failure.Message.Contains("no such table", StringComparison.Ordinal);
}
