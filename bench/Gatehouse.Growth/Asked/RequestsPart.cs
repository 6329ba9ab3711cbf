using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatehouse.Testing;

namespace Gatehouse.Growth.Asked;

/// <summary>What is asked of a node, end to end: the processor time of the node and of the database together, for each request, at every size.</summary>
/// <param name="report">Where the tables go.</param>
/// <param name="artifacts">The sizes; null for those that are documented.</param>
/// <param name="quick">To see that it works.</param>
internal sealed class RequestsPart(Report report, int[]? artifacts, bool quick)
{
    private const int WarmUps = 3;

    /// <summary>So long live the access tokens in the tables, or there would be none of any age.</summary>
    private static readonly TimeSpan lifetime = Content.RefreshTokenLifetime;

    public async Task PostgreSqlAsync(PostgresCluster cluster, CancellationToken ct)
    {
        var grown = new List<IGrown>();
        foreach (var size in artifacts ?? (quick ? [1_000, 20_000] : [1_000, 100_000, 10_000_000])) grown.Add(await GrownPostgreSql.CreateAsync(cluster, size, null, ct, lifetime));
        await MeasureAsync("requests-postgresql", $"PostgreSQL {await cluster.ExecuteAsync("SELECT split_part(version(), ' ', 2)", ct)} with {await cluster.ExecuteAsync("SHOW shared_buffers", ct)} of shared buffers", grown, ct);
    }

    public async Task SqliteAsync(CancellationToken ct)
    {
        var grown = new List<IGrown>();
        foreach (var size in artifacts ?? (quick ? [1_000, 20_000] : [1_000, 10_000, 100_000, 1_000_000])) grown.Add(await GrownSqlite.CreateAsync(size, ct, lifetime));
        await MeasureAsync("requests-sqlite", "SQLite", grown, ct);
    }

    private async Task MeasureAsync(string part, string database, List<IGrown> grown, CancellationToken ct)
    {
        var (clock, all) = (Stopwatch.StartNew(), new List<Visitors>());
        foreach (var one in grown) all.Add(await Visitors.CreateAsync(one, await NodeProcess.StartAsync(one), ct));
        all.Add(await Visitors.CreateWorstAsync(all[^1], ct));
        var (rounds, calls) = quick ? (1, 20) : (9, 200);
        var times = new Dictionary<(Request, Visitors), List<(double Node, double Database)>>();
        for (var round = quick ? -1 : -WarmUps; round < rounds; round++)
            foreach (var request in Request.All)
                foreach (var visitors in all)
                {
                    var time = await TimeAsync(request, visitors, calls);
                    if (round < 0) continue;
                    if (!times.TryGetValue((request, visitors), out var measured)) times.Add((request, visitors), measured = []);
                    measured.Add(time);
                }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured the requests on {grown[0].Name} in {clock.Elapsed.TotalSeconds:F0} s"));
        double Whole(Request request, Visitors visitors) => Costs.Median([.. times[(request, visitors)].Select(time => time.Node + time.Database)]);
        double OfNode(Request request, Visitors visitors) => Costs.Median([.. times[(request, visitors)].Select(time => time.Node)]);
        var table = new RequestsTable([.. all.Select(visitors => (visitors.Grown.Artifacts, visitors.IsWorst))]);
        foreach (var request in Request.All) table.Add(request.Name, [.. all.Select(visitors => Whole(request, visitors))], OfNode(request, all[0]));
        var background = await GrantDay.BackgroundAsync(all, quick ? 2 : 9, quick ? 10 : 60, ct);
        table.Add("background work of a grant's day", background);
        table.Add("a grant's day, all in all", [.. all.Select((visitors, i) => GrantDay.Requests.Sum(asked => asked.Times * Whole(asked.Request, visitors)) + background[i])]);
        report.Write(part, $"{Report.Machine(database)}\n\n{table.Write()}");
        foreach (var visitors in all.SkipLast(1))
        {
            visitors.Node.Dispose();
            await visitors.Grown.DisposeAsync();
        }
    }

    private static async Task<(double Node, double Database)> TimeAsync(Request request, Visitors visitors, int calls)
    {
        var sent = await request.Prepare(visitors, calls);
        var (grown, node) = (visitors.Grown, visitors.Node);
        var database = grown.IsInProcess ? static () => TimeSpan.Zero : await grown.ClockAsync();
        var (onNode, onDatabase) = (node.Spent, database());
        var answers = await node.SendAsync(sent, grown.Others);
        (onNode, onDatabase) = (node.Spent - onNode, database() - onDatabase);
        if (request.After is { } after) await after(visitors, sent, answers);
        return (onNode.TotalMicroseconds / sent.Count, onDatabase.TotalMicroseconds / sent.Count);
    }
}
