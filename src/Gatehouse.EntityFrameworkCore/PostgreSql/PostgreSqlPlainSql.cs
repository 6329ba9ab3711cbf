using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

internal sealed class PostgreSqlPlainSql<TContext>(PostgreSqlConnections connections, IOptions<StoreLimits> limits) : PlainSql<TContext>
{
    /// <summary>Others may be at it, and nobody waits for an answer.</summary>
    private const int Unlimited = 0;

    // Not by to_regclass: what this connection did not find when it looked the first time, that would not find now either, though another node has made it while we waited for the lock.
    private const string FindTableSql = "SELECT 1 FROM pg_catalog.pg_class WHERE relname = $1 AND pg_catalog.pg_table_is_visible(oid)";

    private readonly TimeSpan limit = limits.Value.Timeout;

    public override string TableOf<TRow>() => OwnTables.Of<TRow>();

    public override async ValueTask<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken ct, params object[] values)
    {
        using var call = StoreCall.Begin(limit);
        return await OnConnectionAsync(connection => connection.ReadAsync(sql, read, values, limit: null, ct), ct).WaitAsync(call.Left, ct);
    }

    public override async ValueTask WriteAsync(string sql, IReadOnlyList<object?[]> rows, CancellationToken ct)
    {
        using var call = StoreCall.Begin(limit);
        await OnConnectionAsync(async connection =>
        {
            await connection.WriteAsync(sql, rows, limit: null, ct);
            return true;
        }, ct).WaitAsync(call.Left, ct);
    }

    /// <summary>Goes on if its caller does not wait for it any more, and gives the connection back.</summary>
    private async Task<T> OnConnectionAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken ct)
    {
        await using var connection = await connections.DataSource.OpenConnectionAsync(ct);
        return await use(connection);
    }

    public override async ValueTask<int> ExecuteAsync(string sql, CancellationToken ct, params object?[] values)
    {
        await using var connection = await connections.DataSource.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(sql, values, limit: null, ct);
    }

    public override async ValueTask<int> ChangeAsync(IReadOnlyList<PlainStatement> statements, CancellationToken ct)
    {
        using var call = StoreCall.Begin(limit);
        return await OnConnectionAsync(connection => connection.ChangeAsync(statements, limit: null, ct), ct).WaitAsync(call.Left, ct);
    }

    public override Task TellAsync(string notice, CancellationToken ct) => StoreNotice.TellAsync(() => ExecuteAsync(PostgreSqlStatements.Tell, ct, notice).AsTask(), ct);

    public override async ValueTask<bool> TryMakeTablesAsync(string historyTable, string script, CancellationToken ct)
    {
        try
        {
            await using var connection = await connections.DataSource.OpenConnectionAsync(ct);
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await connection.ExecuteAsync(GatehouseDatabase.WaitForOthersSql, [], Unlimited, ct);
            if (await connection.ReadAsync(FindTableSql, static row => true, [historyTable], Unlimited, ct) is [_, ..]) return false;
            await connection.ExecuteAsync(script, [], Unlimited, ct);
            await transaction.CommitAsync(ct);
            return true;
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return false;
        }
    }

    public override bool MeansNothingIsThere(DbException failure) => failure.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName;
}
