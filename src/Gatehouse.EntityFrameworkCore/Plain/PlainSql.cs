using System.Data.Common;

namespace Gatehouse.EntityFrameworkCore.Plain;

/// <summary>
/// What an app reads on its way up, and every few moments from then on, is read by plain SQL, and so is written what comes in numbers, and swept what is of no use any more: EF's services, its model and the compilation of its first queries
/// are two thirds of a start (docs/decisions/0023), and an app that changes no client and asks nobody for consent never needs them.
/// </summary>
/// <remarks>Statements are constants, or made once by who uses them, in what SQLite and PostgreSQL have in common. Parameters are <c>$1</c>, <c>$2</c>, … in order: texts, numbers, ids, or null.</remarks>
internal abstract class PlainSql<TContext>
{
    /// <summary>The table of a row, for a statement.</summary>
    public abstract string TableOf<TRow>() where TRow : class;

    public abstract ValueTask<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken ct, params object[] values);

    /// <summary>Runs a statement that writes one row once for each, all of them or none.</summary>
    public abstract ValueTask WriteAsync(string sql, IReadOnlyList<object?[]> rows, CancellationToken ct);

    /// <summary>Runs a statement that changes rows by itself, such as a sweep; returns how many.</summary>
    public abstract ValueTask<int> ExecuteAsync(string sql, CancellationToken ct, params object?[] values);

    /// <summary>Runs statements in one transaction, in order; returns how many rows the last one changed. If none, nothing is kept of the others.</summary>
    public abstract ValueTask<int> ChangeAsync(IReadOnlyList<PlainStatement> statements, CancellationToken ct);

    /// <summary>Tells the other nodes what to look at again, after it was written, if the database can.</summary>
    public virtual Task TellAsync(string notice, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Runs the script that makes all tables, under the lock of the migrations and in one transaction. False, and nothing is done, if there is a history already, or not even a database.</summary>
    public virtual ValueTask<bool> TryMakeTablesAsync(string historyTable, string script, CancellationToken ct) => new(false);

    /// <summary>Whether a read failed because there is no such table, or no database at all.</summary>
    public virtual bool MeansNothingIsThere(DbException failure) => false;
}

internal readonly record struct PlainStatement(string Sql, params object?[] Values);
