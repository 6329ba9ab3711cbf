using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>
/// A prepared statement that writes, without a command around it: that costs more than the statement. Values are bound as the driver's own commands bind
/// them, so that both read what either wrote.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int LongestOnTheStack = 512;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private readonly int[] places;

    public SqliteStatement(sqlite3 database, string sql, int parameters)
    {
        this.database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        places = new int[parameters];
        for (var i = 0; i < parameters; i++) places[i] = raw.sqlite3_bind_parameter_index(statement, string.Create(CultureInfo.InvariantCulture, $"${i + 1}"));
    }

    /// <summary>Returns how many rows it wrote.</summary>
    public int Execute(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < places.Length; i++) Bind(places[i], values[i]);
        int result;
        do result = raw.sqlite3_step(statement);
        while (result == raw.SQLITE_ROW);
        // Before anything else, whatever happened: an unfinished statement would keep the transaction open. It reports the same error once more.
        var changes = raw.sqlite3_changes(database);
        raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE) Check(result);
        return changes;
    }

    public void Dispose() => statement.Dispose();

    private void Bind(int place, object? value) => Check(value switch
    {
        null => raw.sqlite3_bind_null(statement, place),
        string text => BindText(place, text),
        long number => raw.sqlite3_bind_int64(statement, place, number),
        int number => raw.sqlite3_bind_int64(statement, place, number),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, place, 0),
        byte[] bytes => raw.sqlite3_bind_blob(statement, place, bytes),
        Guid id => BindId(place, id),
        _ => throw new ArgumentException($"A {value.GetType().Name} is nothing that a column holds.", nameof(value)),
    });

    private int BindText(int place, string text)
    {
        if (text.Length is 0 or > LongestOnTheStack / 3) return raw.sqlite3_bind_text(statement, place, text);
        Span<byte> bytes = stackalloc byte[LongestOnTheStack];
        return raw.sqlite3_bind_text(statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    private int BindId(int place, Guid id)
    {
        Span<byte> bytes = stackalloc byte[36];
        id.TryFormat(bytes, out var length);
        Ascii.ToUpperInPlace(bytes, out _);
        return raw.sqlite3_bind_text(statement, place, bytes[..length]);
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
