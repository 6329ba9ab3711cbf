using System.Text.RegularExpressions;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Growth.Tests;

/// <summary>What EF Core sends to SQLite. The statements of the stores that are written by hand are held by <c>SqlitePlanTests</c>.</summary>
public sealed partial class SqliteGrowthTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_statement_reads_a_table_from_end_to_end()
    {
        using var log = new RecordingLoggerProvider();
        await using var grown = await GrownSqlite.CreateAsync(1_000, logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log), Ct);
        var work = await Workload.CreateAsync(grown, Ct);
        var before = log.Lines.Count;
        foreach (var operation in Operation.All) await operation.Run(work, await operation.Prepare(work));

        var statements = log.Lines.Skip(before).Where(line => line.Event.Name == "Microsoft.EntityFrameworkCore.Database.Command.CommandExecuted")
            .Select(line => line.Values.Single(value => value.Key == "commandText").Value).Distinct().Where(sql => Statement().IsMatch(sql)).ToList();
        Assert.True(statements.Count >= 12, $"Only {statements.Count} statements were seen.");
        await using var connection = new SqliteConnection(grown.ConnectionString + ";Pooling=False");
        await connection.OpenAsync(Ct);
        foreach (var sql in statements.SelectMany(sql => sql.Split(";\n", StringSplitOptions.RemoveEmptyEntries)))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
            foreach (var name in Parameter().Matches(sql).Select(match => match.Value).Distinct()) command.Parameters.AddWithValue(name, 1);
            await using var reader = await command.ExecuteReaderAsync(Ct);
            while (await reader.ReadAsync(Ct))
            {
                var step = reader.GetString(3);
                // Along an index from one end, as far as the limit, is as good as a search; and the rows that a statement brings along are no table.
                if (step.StartsWith("SCAN", StringComparison.Ordinal) && !step.Contains("USING", StringComparison.Ordinal) && !RowsOfItsOwn().IsMatch(step))
                    Assert.Fail($"{step}: {sql}");
            }
        }
    }

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE)", RegexOptions.IgnoreCase)]
    private static partial Regex Statement();

    [GeneratedRegex(@"^SCAN \d+-ROW VALUES CLAUSE$")]
    private static partial Regex RowsOfItsOwn();

    [GeneratedRegex(@"[@$:]\w+")]
    private static partial Regex Parameter();
}
