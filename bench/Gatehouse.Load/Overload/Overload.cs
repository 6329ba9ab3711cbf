using System.Diagnostics;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;

namespace Gatehouse.Load.Overloading;

/// <summary>So many requests a second, and what came of them, run after run.</summary>
/// <param name="Times">Of what the server can answer.</param>
/// <param name="Connections">At most; who finds none free goes away.</param>
internal sealed record Offered(double Times, int Connections, List<LoadResult> Runs)
{
    public double Answered => Median(run => run.PerSecond);

    public double Median(Func<LoadResult, double> value) => Series.Middle(Runs.Select(value));
}

/// <param name="Peak">The most that it answers, whatever it is offered: the highest median.</param>
/// <param name="Microseconds">Processor time of the server for one of them, when there is no more than it can do.</param>
internal sealed record OverloadedRow(string Title, double Peak, double Microseconds, List<Offered> Offers);

/// <summary>Processor time, in microseconds.</summary>
/// <param name="Bare">Of the least that Kestrel can answer.</param>
/// <param name="Refusal">Of a refusal at once.</param>
/// <param name="LateRefusal">Of a refusal of who has waited in vain.</param>
internal sealed record Costs(double Bare, double Refusal, double LateRefusal);

internal sealed record Overloaded(Costs Costs, List<OverloadedRow> Rows, long Failures);

/// <summary>From half of what a server can answer to three times as much, on PostgreSQL, and what a refusal costs.</summary>
internal sealed class Overload(Options options, Database database, DriverProcess driver)
{
    private const int ConnectionsAtPeak = 64, MostConnections = 16_000, MillisecondsInVain = 100;

    private static readonly (double Times, int Connections)[] offered = [(0.5, 3000), (1, 3000), (2, 3000), (3, 3000), (3, 8000), (3, MostConnections)];

    /// <summary>
    /// How long anybody waits (Gatehouse:Limits:WaitingTime, three by default). Before that nobody has waited in vain, and nothing is refused. Who came together is then refused together, so that what is counted must last as long, too.
    /// </summary>
    public const double WaitingTime = 3;

    private static readonly Target target = new("overload", Product.Gatehouse, Store.PostgreSql, [], ("store", "postgresql"));
    private long failures;

    public async Task<Overloaded> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench-").FullName;
        try
        {
            var costs = await CostsAsync(folder);
            Console.WriteLine(costs);
            var rows = new List<OverloadedRow>();
            foreach (var row in new[] { Row.ClientCredentials, Row.Introspection, Row.Refresh }) rows.Add(await MeasureAsync(row, folder));
            return new(costs, rows, failures);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>In turns, and the least of each: whatever else the machine does only adds to it.</summary>
    private async Task<Costs> CostsAsync(string folder)
    {
        using var bare = await Server.StartAsync(new("bare", Product.Limit, Store.None, []), null, folder);
        using var atOnce = await Server.StartAsync(Full(0), null, folder);
        using var late = await Server.StartAsync(Full(MillisecondsInVain), null, folder);
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var bob = new StringContent(target.PasswordBody.Replace("alice", "bob", StringComparison.Ordinal), new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        var staying = new[] { atOnce, late }.Select(server => http.PostAsync(new Uri($"http://127.0.0.1:{server.Port}{target.TokenPath}"), bob)).ToList();
        var least = new Costs(double.MaxValue, double.MaxValue, double.MaxValue);
        for (var round = 0; round < options.WarmUps; round++)
            least = new(
                Math.Min(least.Bare, await CostAsync(bare, "/nothing")),
                Math.Min(least.Refusal, await CostAsync(atOnce, target.TokenPath)),
                Math.Min(least.LateRefusal, await LateAsync()));
        if (staying.Exists(one => one.IsCompleted)) throw new InvalidOperationException("The one place was given back.");
        return least;

        static Target Full(int milliseconds) => new("full", Product.Gatehouse, Store.Memory, [], ("store", "memory"), ("places", "1"), ("wait", $"{milliseconds}"));

        async Task<double> CostAsync(Server one, string path)
        {
            var before = one.ProcessorTime;
            var result = await driver.RunAsync(Driving.Load.Of(Step.Post(path, target.ClientCredentialsBody), one.Port, ConnectionsAtPeak, options.Seconds, []));
            return (one.ProcessorTime - before) * 1e6 / Math.Max(1, result.Requests + result.Failures);
        }

        async Task<double> LateAsync()
        {
            var load = Driving.Load.Of(Step.Post(target.TokenPath, target.ClientCredentialsBody), late.Port, 1000, options.Seconds, []);
            var result = await driver.RunAsync(load with { PerSecond = 1e6, Before = options.Seconds / 2, Watched = [late.ProcessId] });
            return result.Busy![0] * result.Seconds * 1e6 / Math.Max(1, result.Refused);
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
        string[] refreshTokens = row == Row.Refresh ? await server.CollectTokensAsync(target, (int)(MostConnections * Math.Max(0.05, options.Amount)), "refresh_token") : tokens;
        // .NET compiles once more what so many who wait make it run.
        var capacity = (await driver.RunAsync(closed)).PerSecond;
        await OfferAsync(new(2, 3000, []));
        await server.SettleAsync();

        var offers = offered.Select(one => new Offered(one.Times, one.Connections, [])).ToList();
        var (alone, costs) = (new List<double>(), new List<double>());
        // Round by round, so that whatever the machine does in between it does to all of them.
        for (var run = 0; run < options.Runs; run++)
        {
            // What it can answer, and what that costs, when nobody comes before another one has gone.
            var before = server.ProcessorTime;
            var peak = await driver.RunAsync(closed);
            costs.Add((server.ProcessorTime - before) * 1e6 / peak.Requests);
            alone.Add(peak.PerSecond);
            failures += peak.Failures;
            if (run == 0) capacity = peak.PerSecond;
            foreach (var offer in offers) offer.Runs.Add(await OfferAsync(offer));
        }
        return new(row.Title, Math.Max(Series.Middle(alone), offers.Max(offer => offer.Answered)), Series.Middle(costs), offers);

        async Task<LoadResult> OfferAsync(Offered offer)
        {
            await database.CheckpointAsync();
            var result = await driver.RunAsync(closed with
            {
                Once = [],
                Connections = offer.Connections,
                Tokens = refreshTokens,
                PerSecond = offer.Times * capacity,
                Before = (WaitingTime + 1) * options.Amount,
                Seconds = WaitingTime * options.Amount,
                Watched = [server.ProcessId, database.ProcessId],
            });
            // Each can be used once: what a load ends with is what the next one begins with.
            if (row == Row.Refresh) refreshTokens = [];
            failures += result.Failures;
            Console.WriteLine(FormattableString.Invariant($"{row.Name,-18} x{offer.Times,-4} over {offer.Connections,5}: {offer.Times * capacity,7:F0}/s: {result.PerSecond,7:F0} answered, {result.Refused / result.Seconds,7:F0} refused, {result.WentAway / result.Seconds,7:F0} went away, p50 {result.P50:F1}, p99 {result.P99:F1} ms, server {result.Busy![0]:F2}, database {result.Busy[1]:F2}, load {result.Busy[2]:F2}, {result.Failures} failed {result.FirstFailure?.ReplaceLineEndings(" ")}"));
            return result;
        }
    }
}
