using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Plain;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

internal sealed class PostgreSqlPlainSql<TContext>(PostgreSqlConnections connections) : PlainSql<TContext>
{
    public override string TableOf<TRow>() => OwnTables.Of<TRow>();

    public override async ValueTask<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken ct, params object[] values)
    {
        await using var connection = await connections.DataSource.OpenConnectionAsync(ct);
        return await connection.ReadAsync(sql, read, values, limit: null, ct);
    }

    public override async ValueTask WriteAsync(string sql, IReadOnlyList<object?[]> rows, CancellationToken ct)
    {
        await using var connection = await connections.DataSource.OpenConnectionAsync(ct);
        await connection.WriteAsync(sql, rows, limit: null, ct);
    }

    public override async ValueTask<int> ExecuteAsync(string sql, CancellationToken ct, params object[] values)
    {
        await using var connection = await connections.DataSource.OpenConnectionAsync(ct);
        return await connection.ExecuteAsync(sql, values, limit: null, ct);
    }

    public override bool MeansNothingIsThere(DbException failure) => failure.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidCatalogName;
}
