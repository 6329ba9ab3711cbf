using System.Globalization;
using System.Text;
using Gatehouse.Testing;
using Npgsql;

namespace Gatehouse.Growth;

/// <summary>A prototype: the same rows in one table and in thirty, one for each day of expiry. What is asked for by id alone has to be looked for in all of them.</summary>
internal static class PartitionsPart
{
    private const int Days = 30;

    public static async Task RunAsync(PostgresCluster cluster, Report report, bool quick, CancellationToken ct)
    {
        var (rows, calls) = quick ? (30_000, 100) : (1_500_000, 3_000);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(await cluster.CreateDatabaseAsync(ct)) { CommandTimeout = 0, MaxAutoPrepare = 20, AutoPrepareMinUsages = 1 }.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(ct);
        const string Columns = "(id text COLLATE \"C\" NOT NULL, family_id uuid NOT NULL, payload text NOT NULL, expires_at bigint NOT NULL, spent_at bigint, receipt bytea";
        await RunAsync($"CREATE TABLE one {Columns}, PRIMARY KEY (id)); CREATE INDEX ON one (expires_at); CREATE TABLE many {Columns}, PRIMARY KEY (id, expires_at)) PARTITION BY RANGE (expires_at); CREATE INDEX ON many (expires_at)");
        for (var day = 0; day < Days; day++) await RunAsync($"CREATE TABLE many_{day} PARTITION OF many FOR VALUES FROM ({day * 86_400_000L}) TO ({(day + 1) * 86_400_000L})");
        foreach (var table in (string[])["one", "many"])
            await RunAsync($"INSERT INTO {table} SELECT md5(n::text), gen_random_uuid(), repeat('x', 150), n::bigint * {Days * 86_400_000L} / {rows}, NULL, NULL FROM generate_series(0, {rows} - 1) n");
        await RunAsync("VACUUM ANALYZE");

        var text = new StringBuilder();
        text.AppendLine(Report.Machine($"PostgreSQL {connection.ServerVersion}")).AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{rows:N0} rows, {Days} days. Processor time of the database.").AppendLine();
        text.AppendLine("| | one table | a table per day | times |").AppendLine("| --- | ---: | ---: | ---: |");
        const string Receipt = "spent_at = 1, receipt = decode(repeat('5a', 300), 'hex')";
        await CompareAsync("find by id, µs", table => n => Command($"SELECT * FROM {table} WHERE id = md5($1::text)", n));
        await CompareAsync("find by id and expiry, as if the id told the day, µs", table => n => Command($"SELECT * FROM {table} WHERE id = md5($1::text) AND expires_at = $2", n, (long)n * (Days * 86_400_000L) / rows));
        await CompareAsync("spend by id, µs", table => n => Command($"UPDATE {table} SET {Receipt} WHERE id = md5($1::text)", n));
        await CompareAsync("store, µs", table => n => Command($"INSERT INTO {table} VALUES (md5($1::text || 'new'), gen_random_uuid(), repeat('x', 150), $2)", n, (long)n * 86_400_000 % (Days * 86_400_000L)));
        var delete = await TimeAsync(async () =>
        {
            while (await RunAsync("DELETE FROM one WHERE id = ANY (ARRAY(SELECT id FROM one WHERE expires_at < 86400000 ORDER BY expires_at LIMIT 1000 FOR UPDATE SKIP LOCKED))") > 0) { }
        });
        var vacuum = await TimeAsync(() => RunAsync("VACUUM one"));
        var drop = await TimeAsync(() => RunAsync("DROP TABLE many_0"));
        text.AppendLine(CultureInfo.InvariantCulture, $"| remove a day, {rows / Days:N0} rows, and vacuum, ms | {(delete + vacuum).TotalMilliseconds:F0} | {drop.TotalMilliseconds:F0} | {drop / (delete + vacuum):F2} |");
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Removing costs {(delete + vacuum).TotalMicroseconds / (rows / Days):F1} µs a row in one table.");
        report.Write("partitions", text.ToString());

        async Task CompareAsync(string name, Func<string, Func<int, NpgsqlCommand>> make)
        {
            var (one, many) = (new List<double>(), new List<double>());
            for (var round = 0; round < 5; round++)
                foreach (var (table, times) in new[] { ("one", one), ("many", many) })
                {
                    var (command, from) = (make(table), round * calls);
                    times.Add((await TimeAsync(async () =>
                    {
                        for (var i = 0; i < calls; i++)
                        {
                            await using var asked = command((int)((from + i) * 7919L % rows));
                            await asked.ExecuteNonQueryAsync(ct);
                        }
                    })).TotalMicroseconds / calls);
                }
            var (a, b) = (Costs.Median(one), Costs.Median(many));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {a:F0} | {b:F0} | {b / a:F1} |");
        }

        NpgsqlCommand Command(string sql, params object[] values)
        {
            var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values) command.Parameters.Add(new() { Value = value });
            return command;
        }

        async Task<TimeSpan> TimeAsync(Func<Task> run)
        {
            int[] processes = [connection.ProcessID];
            var start = ProcessorClock.Of(processes);
            await run();
            return ProcessorClock.Of(processes) - start;
        }

        async Task<int> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteNonQueryAsync(ct);
        }
    }
}
