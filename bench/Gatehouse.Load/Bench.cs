using System.Diagnostics;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;
using Gatehouse.Testing;
using Npgsql;

namespace Gatehouse.Load;

/// <summary>One server at a time: start, count round trips, warm up, let it settle, measure, stop.</summary>
internal sealed class Bench(Options options, Database? database, DriverProcess driver)
{
    private const int DistinctTokens = 200;

    public async Task<List<Measurement>> RunAsync()
    {
        var measurements = new List<Measurement>();
        foreach (var target in options.Targets)
        {
            var rows = target.Rows.Where(row => options.Includes(target, row)).ToList();
            if (rows.Count == 0) continue;

            var roundTrips = target.Store is Store.PostgreSql ? await CountRoundTripsAsync(target, rows) : [];
            var folder = Directory.CreateTempSubdirectory("gatehouse-bench-");
            using var server = await Server.StartAsync(target, await ConnectionAsync(target, folder.FullName), folder.FullName);
            foreach (var row in rows) measurements.Add(await MeasureAsync(server, target, row, roundTrips.TryGetValue(row, out var count) ? count : null));
            folder.Delete(recursive: true);
        }
        return measurements;
    }

    private async Task<Measurement> MeasureAsync(Server server, Target target, Row row, double? roundTrips)
    {
        var tokens = row.NeedsTokens ? await server.CollectTokensAsync(target, DistinctTokens) : [];
        var load = target.Load(row, server.Port, tokens, options.Seconds);
        for (var round = 1; round <= options.WarmUps; round++)
        {
            await driver.RunAsync(load with { Seconds = Math.Min(2, options.Seconds) });
            if (await server.SettleAsync() <= 1 && round >= 3) break;
        }
        if (database is not null) await database.CheckpointAsync();

        var runs = new List<Measurement>();
        for (var run = 0; run < options.Runs; run++) runs.Add(await MeasureOnceAsync(server, target, row, load, roundTrips));
        var median = runs.OrderBy(run => run.ServerMicroseconds).ElementAt((runs.Count - 1) / 2);
        // A failure in any run counts, whichever run is shown.
        median = median with { Failures = runs.Sum(run => run.Failures), FirstFailure = runs.Select(run => run.FirstFailure).FirstOrDefault(failure => failure is not null) };
        Console.WriteLine(Report.Line(median));
        return median;
    }

    private async Task<Measurement> MeasureOnceAsync(Server server, Target target, Row row, Driving.Load load, double? roundTrips)
    {
        var before = Spent();
        var clock = Stopwatch.StartNew();
        var result = await driver.RunAsync(load);
        var seconds = clock.Elapsed.TotalSeconds;
        var after = Spent();

        var (onServer, onDatabase, onLoad) = (after.Server - before.Server, after.Database - before.Database, after.Load - before.Load);
        var perRequest = 1e6 / Math.Max(1, result.Requests + result.Failures);
        return new(target.Name, target.Product, target.Store, row.Name, result.PerSecond, onServer * perRequest, onDatabase * perRequest, onLoad * perRequest,
            result.P50, result.P99, onServer / seconds, (onDatabase + onLoad) / seconds, Math.Max(0, (after.Machine - before.Machine - onServer - onDatabase - onLoad) / seconds),
            roundTrips, result.Failures, result.FirstFailure);

        (double Server, double Database, double Load, double Machine) Spent() =>
            (server.ProcessorTime, database is null ? 0 : ProcessorTime.Of(database.ProcessId), ProcessorTime.Of(driver.Id), ProcessorTime.OfMachine());
    }

    /// <summary>Starts the server once more behind a counting wire and sends it one request after the other.</summary>
    private async Task<Dictionary<Row, double>> CountRoundTripsAsync(Target target, List<Row> rows)
    {
        await using var wire = PostgresWire.Start(await database!.CreateAsync());
        using var server = await Server.StartAsync(target, Spell(target, wire.ConnectionString), Path.GetTempPath());
        var counts = new Dictionary<Row, double>();
        foreach (var row in rows)
        {
            var tokens = row.NeedsTokens ? await server.CollectTokensAsync(target, 10) : [];
            var load = target.Load(row, server.Port, tokens, 0.5) with { Connections = 1 };
            await driver.RunAsync(load);
            var before = wire.RoundTrips;
            var result = await driver.RunAsync(load);
            counts[row] = (double)(wire.RoundTrips - before) / Math.Max(1, result.Requests);
        }
        return counts;
    }

    private async Task<string?> ConnectionAsync(Target target, string folder) => target.Store switch
    {
        Store.Sqlite => $"Data Source={Path.Combine(folder, "bench.db")}",
        Store.PostgreSql => Spell(target, await database!.CreateAsync()),
        _ => null,
    };

    private static string Spell(Target target, string connection)
    {
        if (target.Product is not Product.OidcProvider) return connection;
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"postgres://{parts.Username}:{parts.Password}@{parts.Host}:{parts.Port}/{parts.Database}";
    }
}
