using System.Diagnostics;
using Gatehouse.Testing;
using Gatehouse.Tests.Architecture;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.Schema;

/// <summary>The script beside the migrations of a context, which makes all tables where there are none.</summary>
internal static class MigrationScript
{
    private const string Heading = "-- Written by EF Core from the migrations in this folder. After adding one: ./test --update\n\n";

    public static void MustBeWhatTheMigrationsSay(DbContext context, string folder) =>
        GeneratedDocument.MustEqual($"{folder}/{context.GetType().Name}.sql", Heading + Write(context));

    /// <summary>As EF writes it for the whole way, or up to one migration.</summary>
    public static string Write(DbContext context, string? upTo = null) =>
        context.GetService<IMigrator>().GenerateScript(toMigration: upTo, options: MigrationsSqlGenerationOptions.NoTransactions).ReplaceLineEndings("\n").Trim() + "\n";

    /// <summary>All that is in a database, as text: equal if, and only if, it was made alike. Of what grows by itself there is nothing yet.</summary>
    public static Task<string> DumpAsync(string connectionString, CancellationToken ct) =>
        connectionString.StartsWith("Data Source", StringComparison.Ordinal) ? DumpSqliteAsync(connectionString, ct) : DumpPostgreSqlAsync(connectionString, ct);

    private static async Task<string> DumpSqliteAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(ct);
        var lines = await ReadAsync("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY type, name");
        foreach (var table in await ReadAsync("SELECT name FROM sqlite_master WHERE type = 'table' AND (name LIKE '%migrations' OR name LIKE '%versions') ORDER BY name"))
            lines.AddRange(await ReadAsync($"SELECT * FROM \"{table}\" ORDER BY 1"));
        return string.Join('\n', lines);

        async Task<List<string>> ReadAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await using var rows = await command.ExecuteReaderAsync(ct);
            var all = new List<string>();
            while (await rows.ReadAsync(ct)) all.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(rows.GetValue)));
            return all;
        }
    }

    private static async Task<string> DumpPostgreSqlAsync(string connectionString, CancellationToken ct)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(Path.Combine(PostgresBinaries.Find(), "pg_dump"), ["--inserts", "--no-sync", "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, server.Database!])
        {
            RedirectStandardOutput = true,
            Environment = { ["PGPASSWORD"] = server.Password },
        };
        using var dump = Process.Start(start)!;
        var text = await dump.StandardOutput.ReadToEndAsync(ct);
        await dump.WaitForExitAsync(ct);
        Assert.Equal(0, dump.ExitCode);
        // The words that each dump makes up for itself.
        return string.Join('\n', text.Split('\n').Where(line => !line.StartsWith(@"\restrict", StringComparison.Ordinal) && !line.StartsWith(@"\unrestrict", StringComparison.Ordinal)));
    }
}
