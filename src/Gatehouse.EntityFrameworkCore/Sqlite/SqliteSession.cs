using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>One open connection, used by one thread at a time, and the statements that it has prepared. They are constants, so each is known by where it stands.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> queries = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SqliteStatement> statements = new(ReferenceEqualityComparer.Instance);

    /// <summary>Runs one of the constant statements; returns how many rows it wrote. Parameters are <c>$1</c>, <c>$2</c>, … in order.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        if (!statements.TryGetValue(sql, out var statement)) statements.Add(sql, statement = new(connection.Handle!, sql, values.Length));
        return statement.Execute(values);
    }

    /// <summary>Runs one of the constant queries.</summary>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteReader();

    /// <summary>Runs many statements once.</summary>
    /// <remarks>To the last: where one returns something, as EF's inserts do, the driver runs what follows when its reader is closed, and keeps errors to itself then.</remarks>
    public void ExecuteScript(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var results = command.ExecuteReader();
        while (results.NextResult()) { }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        foreach (var command in queries.Values) command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!queries.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i}") });
            queries.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
