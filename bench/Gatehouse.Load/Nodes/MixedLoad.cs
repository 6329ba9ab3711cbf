using System.Diagnostics;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;
using Gatehouse.Testing;

namespace Gatehouse.Load.Nodes;

/// <summary>How many nodes, and how.</summary>
/// <param name="Nodes">Over one PostgreSQL. Each request of a client goes to the next one.</param>
/// <param name="Tls">Between client and node.</param>
/// <param name="Held">Each node is held to a share of one core: then more nodes have more to work with, as on machines of their own.</param>
/// <param name="Connections">Of the load, over all nodes.</param>
internal sealed record Setting(int Nodes, bool Tls, bool Held, int Connections);

/// <summary>What came of one setting.</summary>
/// <param name="RoundTrips">To PostgreSQL for one operation, all nodes together.</param>
internal sealed record Mixed(Setting Setting, double? RoundTrips, List<Measurement> Runs)
{
    /// <summary>One of those that show what company is worth, beside those that show what nodes are.</summary>
    public bool IsCompared => !Setting.Held && Setting.Connections != Target.Connections;

    /// <summary>Transactions of PostgreSQL for one operation, under load: fewer than calls of the store, as those that meet travel together.</summary>
    public double? Statements { get; set; }

    public double Median(Func<Measurement, double> value)
    {
        var sorted = Runs.Select(value).Order().ToList();
        return sorted[(sorted.Count - 1) / 2];
    }
}

/// <summary>70 % calls, 20 % refreshes, 10 % new sign-ins, at one, two and three nodes.</summary>
internal sealed class MixedLoad(Options options, Database database, DriverProcess driver)
{
    public const int MostNodes = 3;

    /// <summary>Of the servers' core; three of them together leave some of it.</summary>
    public const double Share = 0.25;

    private static readonly Target node = new("node", Product.Gatehouse, Store.PostgreSql, [], ("store", "postgresql"));

    public async Task<List<Mixed>> RunAsync()
    {
        // One folder for all: what an app seals for itself, its cookies first of all, it seals by where it lies.
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench-").FullName;
        var clusters = new List<Cluster>();
        try
        {
            var all = new List<Mixed>();
            foreach (var tls in new[] { false, true })
            {
                var cluster = await Cluster.StartAsync(folder, tls, await database.CreateAsync());
                clusters.Add(cluster);
                var roundTrips = tls ? null : await CountRoundTripsAsync(folder);
                await WarmUpAsync(cluster);
                // Held ones need company enough that none of them waits for work while another one has its turn.
                foreach (var held in cluster.CanBeHeld ? new[] { false, true } : [false])
                    for (var nodes = 1; nodes <= MostNodes; nodes++) all.Add(new(new(nodes, tls, held, held ? Target.Connections * nodes : Target.Connections), held ? null : roundTrips?[nodes - 1], []));
                // One node with as much company as each of several has, and several with as much as one alone has.
                if (!tls)
                    foreach (var (nodes, connections) in new[] { (1, 8), (1, 5), (2, 2 * Target.Connections), (3, 3 * Target.Connections) }) all.Add(new(new(nodes, false, false, connections), null, []));
            }

            for (var run = 1; run <= options.Runs; run++)
                foreach (var mixed in all) await MeasureAsync(clusters.First(cluster => cluster.Tls == mixed.Setting.Tls), mixed);
            return all;
        }
        finally
        {
            clusters.ForEach(cluster => cluster.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task WarmUpAsync(Cluster cluster)
    {
        for (var round = 1; round <= Math.Min(4, options.WarmUps); round++)
        {
            await driver.RunAsync(cluster.Load(MostNodes, Target.Connections, options.Seconds));
            foreach (var server in cluster.Servers) await server.SettleAsync();
        }
    }

    private async Task MeasureAsync(Cluster cluster, Mixed mixed)
    {
        var (nodes, _, held, connections) = mixed.Setting;
        if (held) cluster.Hold(Share);
        try
        {
            var load = cluster.Load(nodes, connections, options.Seconds);
            // Once: PostgreSQL tells what it counted some seconds later.
            var counts = mixed is { Runs.Count: 0, Setting: { Held: false, Tls: false } } && options.Amount == 1;
            var counted = counts ? await database.CountTransactionsAsync() : 0;
            await database.CheckpointAsync();
            var before = Spent();
            var clock = Stopwatch.StartNew();
            var result = await driver.RunAsync(load);
            var seconds = clock.Elapsed.TotalSeconds;
            var after = Spent();

            var (onNodes, onDatabase, onLoad) = (after.Nodes - before.Nodes, after.Database - before.Database, after.Load - before.Load);
            var perOperation = 1e6 / Math.Max(1, result.Requests + result.Failures);
            mixed.Runs.Add(new(result.PerSecond, onNodes * perOperation, onDatabase * perOperation, onLoad * perOperation, result.P50, result.P99, onNodes / seconds,
                Math.Max(0, (after.Machine - before.Machine - onNodes - onDatabase - onLoad) / seconds), result.Failures, result.FirstFailure));
            if (counts) mixed.Statements = (await database.CountTransactionsAsync() - counted) / (double)Math.Max(1, result.Requests);
            Console.WriteLine(NodesReport.Line(mixed));
        }
        finally
        {
            if (held) cluster.Hold(null);
        }

        (double Nodes, double Database, double Load, double Machine) Spent() =>
            (cluster.Servers.Sum(server => server.ProcessorTime), ProcessorTime.Of(database.ProcessId), ProcessorTime.Of(driver.Id), ProcessorTime.OfMachine());
    }

    /// <summary>Behind a counting wire, one client at a time.</summary>
    private async Task<double[]> CountRoundTripsAsync(string folder)
    {
        await using var wire = PostgresWire.Start(await database.CreateAsync());
        using var cluster = await Cluster.StartAsync(folder, false, wire.ConnectionString);
        var counts = new double[MostNodes];
        for (var nodes = 1; nodes <= MostNodes; nodes++)
        {
            await driver.RunAsync(cluster.Load(nodes, 1, 0.5));
            var before = wire.RoundTrips;
            counts[nodes - 1] = (await driver.RunAsync(cluster.Load(nodes, 1, 60, limit: 300))) is var result ? (double)(wire.RoundTrips - before) / Math.Max(1, result.Requests) : 0;
        }
        return counts;
    }

    /// <summary>As many nodes as the largest setting needs; the smaller ones use the first of them.</summary>
    private sealed class Cluster : IDisposable
    {
        private readonly List<Quota?> quotas = [];
        private string cookie = "";

        public required bool Tls { get; init; }

        public List<Server> Servers { get; } = [];

        public bool CanBeHeld => quotas.TrueForAll(quota => quota is not null);

        public static async Task<Cluster> StartAsync(string folder, bool tls, string connection)
        {
            var cluster = new Cluster { Tls = tls };
            try
            {
                for (var i = 0; i < MostNodes; i++)
                {
                    cluster.Servers.Add(await Server.StartAsync(node, connection, folder, new(Tls: tls)));
                    cluster.quotas.Add(Quota.TryStart($"gatehouse-bench-{cluster.Servers[^1].ProcessId}", cluster.Servers[^1].ProcessId));
                }
                cluster.cookie = await cluster.Servers[0].SignInAsync(node);
                return cluster;
            }
            catch
            {
                cluster.Dispose();
                throw;
            }
        }

        public Driving.Load Load(int nodes, int connections, double seconds, long limit = long.MaxValue)
        {
            Step[] first = [node.Authorize("api", cookie), node.Exchange with { Counts = false }];
            return new([.. Servers.Take(nodes).Select(server => server.Port)], Tls, connections, seconds, first, node.Mix(cookie), [], Limit: limit);
        }

        public void Hold(double? share) => quotas.ForEach(quota => quota!.Set(share));

        public void Dispose()
        {
            Servers.ForEach(server => server.Dispose());
            quotas.ForEach(quota => quota?.Dispose());
        }
    }
}
