using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.EntityFrameworkCore.Plain;

/// <summary>Plain SQL on an open connection of either driver.</summary>
internal static class PlainConnection
{
    public static async Task<List<T>> ReadAsync<T>(this DbConnection connection, string sql, Func<DbDataReader, T> read, object[] values, int? limit, CancellationToken ct)
    {
        await using var command = connection.CreateCommand(sql, limit);
        command.Parameters.AddAll(command.CreateParameter, connection, values);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var all = new List<T>();
        while (await rows.ReadAsync(ct)) all.Add(read(rows));
        return all;
    }

    public static async Task<int> ExecuteAsync(this DbConnection connection, string sql, object?[] values, int? limit, CancellationToken ct)
    {
        await using var command = connection.CreateCommand(sql, limit);
        command.Parameters.AddAll(command.CreateParameter, connection, values);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>In one transaction, which is kept if the last statement changes anything.</summary>
    public static async Task<int> ChangeAsync(this DbConnection connection, IReadOnlyList<PlainStatement> statements, int? limit, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
        var changed = 0;
        foreach (var (sql, values) in statements)
        {
            await using var command = connection.CreateCommand(sql, limit);
            command.Transaction = transaction;
            command.Parameters.AddAll(command.CreateParameter, connection, values);
            changed = await command.ExecuteNonQueryAsync(ct);
        }
        if (changed > 0) await transaction.CommitAsync(ct);
        return changed;
    }

    /// <summary>In one round trip where the driver can: a batch is a transaction.</summary>
    public static async Task WriteAsync(this DbConnection connection, string sql, IReadOnlyList<object?[]> rows, int? limit, CancellationToken ct)
    {
        if (connection.CanCreateBatch) await WriteBatchAsync(connection, sql, rows, limit, ct);
        else await WriteEachAsync(connection, sql, rows, limit, ct);
    }

    private static async Task WriteBatchAsync(DbConnection connection, string sql, IReadOnlyList<object?[]> rows, int? limit, CancellationToken ct)
    {
        await using var batch = connection.CreateBatch();
        if (limit is { } seconds) batch.Timeout = seconds;
        foreach (var row in rows)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            command.Parameters.AddAll(command.CreateParameter, connection, row);
            batch.BatchCommands.Add(command);
        }
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static async Task WriteEachAsync(DbConnection connection, string sql, IReadOnlyList<object?[]> rows, int? limit, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var row in rows)
        {
            await using var command = connection.CreateCommand(sql, limit);
            command.Transaction = transaction;
            command.Parameters.AddAll(command.CreateParameter, connection, row);
            await command.ExecuteNonQueryAsync(ct);
        }
        await transaction.CommitAsync(ct);
    }

    private static DbCommand CreateCommand(this DbConnection connection, string sql, int? limit)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        if (limit is { } seconds) command.CommandTimeout = seconds;
        return command;
    }

    /// <summary>SQLite's driver goes by names, and PostgreSQL's by the order only if there are none.</summary>
    private static void AddAll(this DbParameterCollection parameters, Func<DbParameter> create, DbConnection connection, object?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = create();
            if (connection is SqliteConnection) parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i + 1}");
            parameter.Value = values[i] ?? DBNull.Value;
            parameters.Add(parameter);
        }
    }
}
