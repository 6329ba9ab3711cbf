using System.Diagnostics;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;

namespace Gatehouse.Load.Overloading;

/// <summary>What came of so many requests a second.</summary>
/// <param name="Times">Of what the server can answer.</param>
/// <param name="Connections">At most; who finds none free goes away.</param>
internal sealed record Offered(double Times, int Connections, double PerSecond, double Answered, double Refused, double WentAway, double P50, double P99, double ServerBusy, double DatabaseBusy);

/// <param name="Microseconds">Processor time of the server for one of them, when there is no more than it can do.</param>
internal sealed record OverloadedRow(string Title, double Peak, double Microseconds, List<Offered> Offers);

/// <param name="Bare">Processor time of the least that Kestrel can answer, in microseconds.</param>
/// <param name="Refusal">And of a refusal.</param>
internal sealed record Overloaded(double Bare, double Refusal, List<OverloadedRow> Rows, long Failures);

/// <summary>From half of what a server can answer to three times as much, on PostgreSQL, and what a refusal costs.</summary>
internal sealed class Overload(Options options, Database database, DriverProcess driver)
{
    /// <summary>Fewer than may be worked on and wait: proxies that are told how many.</summary>
    private const int ManyConnections = 3000;

    /// <summary>More than that.</summary>
    private const int TooManyConnections = 8000;

    private const int ConnectionsAtPeak = 64;
    private static readonly double[] times = [0.5, 1, 1.5, 2, 3];
    private static readonly Target target = new("overload", Product.Gatehouse, Store.PostgreSql, [], ("store", "postgresql"));

    private readonly double seconds = 2 * options.Seconds;
    private long failures;

    public async Task<Overloaded> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench-").FullName;
        try
        {
            var (bare, refusal) = await CostsAsync(folder);
            Console.WriteLine(FormattableString.Invariant($"bare {bare:F1} us, refusal {refusal:F1} us"));
            var rows = new List<OverloadedRow>();
            foreach (var row in new[] { Row.ClientCredentials, Row.Introspection, Row.Refresh }) rows.Add(await MeasureAsync(row, folder));
            return new(bare, refusal, rows, failures);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>In turns, and the least of each: whatever else the machine does only adds to it.</summary>
    private async Task<(double Bare, double Refusal)> CostsAsync(string folder)
    {
        var full = new Target("full", Product.Gatehouse, Store.Memory, [], ("store", "memory"), ("places", "1"));
        using var bare = await Server.StartAsync(new("bare", Product.Limit, Store.None, []), null, folder);
        using var server = await Server.StartAsync(full, null, folder);
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var bob = new StringContent(full.PasswordBody.Replace("alice", "bob", StringComparison.Ordinal), new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        var staying = http.PostAsync(new Uri($"http://127.0.0.1:{server.Port}{full.TokenPath}"), bob);
        var (least, leastOfRefusals) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < options.WarmUps + options.Runs; round++)
        {
            least = Math.Min(least, await CostAsync(bare, "/nothing"));
            leastOfRefusals = Math.Min(leastOfRefusals, await CostAsync(server, full.TokenPath));
        }
        if (staying.IsCompleted) throw new InvalidOperationException("The one place was given back.");
        return (least, leastOfRefusals);

        async Task<double> CostAsync(Server one, string path)
        {
            var before = one.ProcessorTime;
            var result = await driver.RunAsync(Driving.Load.Of(Step.Post(path, full.ClientCredentialsBody), one.Port, ConnectionsAtPeak, options.Seconds, []));
            return (one.ProcessorTime - before) * 1e6 / Math.Max(1, result.Requests + result.Failures);
        }
    }

    private async Task<OverloadedRow> MeasureAsync(Row row, string folder)
    {
        using var server = await Server.StartAsync(target, await database.CreateAsync(), folder);
        var tokens = await server.CollectTokensAsync(target, 200);
        var closed = target.Load(row, server.Port, tokens, null, options.Seconds) with { Connections = ConnectionsAtPeak };
        for (var round = 0; round < options.WarmUps; round++)
        {
            await driver.RunAsync(closed);
            if (await server.SettleAsync() <= 1 && round >= 2) break;
        }
        // What it can answer, and what that costs, when nobody comes before another one has gone.
        var before = server.ProcessorTime;
        var peak = await driver.RunAsync(closed with { Seconds = seconds });
        var microseconds = (server.ProcessorTime - before) * 1e6 / peak.Requests;
        failures += peak.Failures;

        var offers = new List<Offered>();
        foreach (var many in times) await OfferAsync(many, ManyConnections);
        await OfferAsync(times[^1], TooManyConnections);
        return new(row.Title, Math.Max(peak.PerSecond, offers.Max(offer => offer.Answered)), microseconds, offers);

        async Task OfferAsync(double many, int connections)
        {
            // Those of the load before are spent.
            if (row == Row.Refresh) tokens = await server.CollectTokensAsync(target, (int)(connections * Math.Max(0.5, options.Amount)), "refresh_token");
            await database.CheckpointAsync();
            var load = closed with { Once = [], Connections = connections, Seconds = seconds, Tokens = tokens, PerSecond = many * peak.PerSecond };
            var spent = (Server: server.ProcessorTime, Database: ProcessorTime.Of(database.ProcessId));
            var clock = Stopwatch.StartNew();
            var result = await driver.RunAsync(load);
            var took = clock.Elapsed.TotalSeconds;
            failures += result.Failures;
            offers.Add(new(many, connections, load.PerSecond, result.PerSecond, result.Refused / result.Seconds, result.WentAway / result.Seconds, result.P50, result.P99,
                (server.ProcessorTime - spent.Server) / took, (ProcessorTime.Of(database.ProcessId) - spent.Database) / took));
            Console.WriteLine(FormattableString.Invariant($"{row.Name,-18} x{many,-4} over {connections}: {load.PerSecond,7:F0}/s: {result.PerSecond,7:F0} answered, {result.Refused / result.Seconds,7:F0} refused, {result.WentAway / result.Seconds,7:F0} went away, p50 {result.P50:F1}, p99 {result.P99:F1} ms, server {offers[^1].ServerBusy:F2}, database {offers[^1].DatabaseBusy:F2}, {result.Failures} failed {result.FirstFailure?.ReplaceLineEndings(" ")}"));
        }
    }
}
