using System.Diagnostics;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;
using Gatehouse.Testing;
using Npgsql;

namespace Gatehouse.Load;

/// <summary>
/// Starts every server, warms each up and lets it settle; then measures one at a time while the others idle, row by row and round by round,
/// so that whatever the machine does in between it does to all of them.
/// </summary>
internal sealed class Bench(Options options, Database database, DriverProcess driver)
{
    private const int DistinctTokens = 200, MinWarmUps = 4;
    private const double WarmUpSeconds = 1.2;

    private sealed record Running(Target Target, Server Server, List<(Row Row, Driving.Load? Before, Driving.Load Load, Series Series)> Rows);

    public async Task<List<Series>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench-").FullName;
        var running = new List<Running>();
        try
        {
            foreach (var target in options.Targets)
                if (target.Rows.Where(row => options.Includes(target, row)).ToList() is { Count: > 0 } rows)
                    running.Add(await StartAsync(target, rows, folder));
            foreach (var target in running) await WarmUpAsync(target);

            for (var run = 1; run <= options.Runs; run++)
                foreach (var row in Row.All)
                    foreach (var target in running)
                        foreach (var (_, before, load, series) in target.Rows.Where(measured => measured.Row == row))
                        {
                            if (before is not null) await driver.RunAsync(before);
                            await MeasureAsync(target, load, series);
                        }
        }
        finally
        {
            running.ForEach(target => target.Server.Dispose());
            Directory.Delete(folder, recursive: true);
        }
        return [.. running.SelectMany(target => target.Rows.Select(measured => measured.Series))];
    }

    private async Task<Running> StartAsync(Target target, List<Row> rows, string root)
    {
        var roundTrips = target.Store is Store.PostgreSql ? await CountRoundTripsAsync(target, rows) : [];
        var folder = Directory.CreateDirectory(Path.Combine(root, target.Name)).FullName;
        var server = await Server.StartAsync(target, await ConnectionAsync(target, root), folder);
        var tokens = rows.Exists(row => row.NeedsTokens) ? await server.CollectTokensAsync(target, DistinctTokens) : [];
        var cookie = rows.Exists(row => row.NeedsCookie) ? await server.SignInAsync(target) : null;
        return new(target, server, [.. rows.Select(row => (
            row,
            target.Before(row, server.Port, cookie, options.Seconds),
            target.Load(row, server.Port, row.NeedsTokens ? tokens : [], cookie, options.Seconds),
            new Series(target.Name, target.Product, target.Store, row.Name, roundTrips.TryGetValue(row, out var count) ? count : null, [])))]);
    }

    private async Task WarmUpAsync(Running target)
    {
        for (var round = 1; round <= options.WarmUps; round++)
        {
            foreach (var (_, before, load, _) in target.Rows)
            {
                if (before is not null) await driver.RunAsync(before with { Seconds = WarmUpSeconds });
                await driver.RunAsync(load with { Seconds = Math.Min(WarmUpSeconds, options.Seconds) });
            }
            if (await target.Server.SettleAsync() <= 1 && round >= MinWarmUps) break;
        }
    }

    private async Task MeasureAsync(Running target, Driving.Load load, Series series)
    {
        if (target.Target.Store is Store.PostgreSql) await database.CheckpointAsync();
        var before = Spent();
        var clock = Stopwatch.StartNew();
        var result = await driver.RunAsync(load);
        var seconds = clock.Elapsed.TotalSeconds;
        var after = Spent();

        var (onServer, onDatabase, onLoad) = (after.Server - before.Server, after.Database - before.Database, after.Load - before.Load);
        var perRequest = 1e6 / Math.Max(1, result.Requests + result.Failures);
        series.Runs.Add(new(result.PerSecond, onServer * perRequest, onDatabase * perRequest, onLoad * perRequest, result.P50, result.P99,
            onServer / seconds, Math.Max(0, (after.Machine - before.Machine - onServer - onDatabase - onLoad) / seconds), result.Failures, result.FirstFailure));
        Console.WriteLine(Report.Line(series));

        (double Server, double Database, double Load, double Machine) Spent() =>
            (target.Server.ProcessorTime, ProcessorTime.Of(database.ProcessId), ProcessorTime.Of(driver.Id), ProcessorTime.OfMachine());
    }

    /// <summary>Starts the server once more behind a counting wire and sends it one request after the other.</summary>
    private async Task<Dictionary<Row, double>> CountRoundTripsAsync(Target target, List<Row> rows)
    {
        await using var wire = PostgresWire.Start(await database.CreateAsync());
        using var server = await Server.StartAsync(target, Spell(target, wire.ConnectionString), Path.GetTempPath());
        var counts = new Dictionary<Row, double>();
        foreach (var row in rows)
        {
            var tokens = row.NeedsTokens ? await server.CollectTokensAsync(target, 10) : [];
            var cookie = row.NeedsCookie ? await server.SignInAsync(target) : null;
            var load = target.Load(row, server.Port, tokens, cookie, 0.5) with { Connections = 1 };
            for (var i = 0; i < 2; i++)
                if (target.Before(row, server.Port, cookie, 0.5) is { } first) await driver.RunAsync(first with { Connections = 1 });
            await driver.RunAsync(load with { Seconds = 0.2 });
            var before = wire.RoundTrips;
            var result = await driver.RunAsync(load);
            counts[row] = (double)(wire.RoundTrips - before) / Math.Max(1, result.Requests);
        }
        return counts;
    }

    // Not in the server's own folder: the host watches all that is in there for changed settings, and would hear of every page that is written.
    private async Task<string?> ConnectionAsync(Target target, string root) => target.Store switch
    {
        Store.Sqlite => $"Data Source={Path.Combine(root, target.Name + ".db")}",
        Store.PostgreSql => Spell(target, await database.CreateAsync()),
        _ => null,
    };

    private static string Spell(Target target, string connection)
    {
        if (target.Product is not Product.OidcProvider) return connection;
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"postgres://{parts.Username}:{parts.Password}@{parts.Host}:{parts.Port}/{parts.Database}";
    }
}
