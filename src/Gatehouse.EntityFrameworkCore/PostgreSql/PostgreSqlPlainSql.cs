using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

internal sealed class PostgreSqlPlainSql<TContext>(PostgreSqlConnections connections, IOptions<StoreLimits> limits) : PlainSql<TContext>
{
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

    public override async ValueTask<int> ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var connection = await connections.DataSource.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(sql, values, limit: null, ct);
    }

    public override bool MeansNothingIsThere(DbException failure) => failure.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName;
}
