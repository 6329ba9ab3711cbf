using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;
using Gatehouse.Testing;

namespace Gatehouse.Load.Redis;

/// <summary>The same protected calls, with the same few tokens, answered by PostgreSQL, by Redis and from the node's memory: the processor time of all who have a part in it.</summary>
internal sealed class CachedCalls(Options options, Database database, DriverProcess driver)
{
    private const int Tokens = 200;

    private static readonly (string Title, bool Redis, (string, string)[] Settings)[] cases =
    [
        ("PostgreSQL", false, []),
        ("Redis (`AccessTokens`)", true, []),
        ("the node's memory (`CacheAccessTokens`)", false, [("cache", "60")]),
    ];

    private sealed record Spent(double Node, double Database, double Redis)
    {
        public double All => Node + Database + Redis;
    }

    private sealed record Run(Spent Microseconds, double PerSecond, double P50, double P99);

    private sealed record Running(string Title, Target Target, Server Server, string[] Tokens, List<Run> Runs);

    /// <summary>Requests that failed, of all runs.</summary>
    public long Failures { get; private set; }

    public async Task<string> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench-").FullName;
        var running = new List<Running>();
        await using var redis = await RedisServerProcess.StartNewAsync();
        await Pinned.MoveAsync(Pinned.LoadCore, redis.ProcessId);
        try
        {
            foreach (var (title, withRedis, settings) in cases)
            {
                var target = new Target(title, Product.Gatehouse, Store.PostgreSql, [Row.Call], [("store", "postgresql"), .. settings, .. withRedis ? [("redis", redis.ConnectionString)] : Array.Empty<(string, string)>()]);
                var server = await Server.StartAsync(target, await database.CreateAsync(), folder);
                running.Add(new(title, target, server, await server.CollectTokensAsync(target, Tokens), []));
            }
            foreach (var one in running)
                for (var round = 0; round < options.WarmUps; round++)
                {
                    await driver.RunAsync(Load(one));
                    await one.Server.SettleAsync();
                }
            for (var run = 0; run < options.Runs; run++)
                foreach (var one in running) await MeasureAsync(one, redis);
            return Write(running, await BytesAsync(redis));
        }
        finally
        {
            running.ForEach(one => one.Server.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private Driving.Load Load(Running one) => one.Target.Load(Row.Call, one.Server.Port, one.Tokens, null, options.Seconds);

    private async Task MeasureAsync(Running one, RedisServerProcess redis)
    {
        var before = Now();
        var result = await driver.RunAsync(Load(one));
        var (after, per) = (Now(), 1e6 / Math.Max(1, result.Requests + result.Failures));
        Failures += result.Failures;
        one.Runs.Add(new(new((after.Node - before.Node) * per, (after.Database - before.Database) * per, (after.Redis - before.Redis) * per), result.PerSecond, result.P50, result.P99));
        Console.WriteLine($"{one.Title}: {one.Runs[^1]}");

        Spent Now() => new(one.Server.ProcessorTime, ProcessorTime.Of(database.ProcessId), ProcessorTime.Of(redis.ProcessId));
    }

    private string Write(List<Running> running, string bytes)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            Median of {options.Runs} runs of {options.Seconds} s, {Target.Connections} connections, {Tokens} tokens.

            | a call is answered from | calls/s | node's CPU, µs | PostgreSQL's | Redis's | all together | of PostgreSQL's | p50, ms | p99, ms |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |

            """));
        foreach (var one in running)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {one.Title} | {Of(run => run.PerSecond):N0} | {Of(run => run.Microseconds.Node):F0} | {Of(run => run.Microseconds.Database):F1} | {Of(run => run.Microseconds.Redis):F1} | {Of(run => run.Microseconds.All):F0} | {Middle(one.Runs.Zip(running[0].Runs, (run, first) => run.Microseconds.All / first.Microseconds.All)):P0} | {Of(run => run.P50):F2} | {Of(run => run.P99):F2} |");

            double Of(Func<Run, double> value) => Middle(one.Runs.Select(value));
        }
        return text.Append(CultureInfo.InvariantCulture, $"\nA token takes {bytes} bytes in Redis (`MEMORY USAGE`, key and all).\n").ToString();
    }

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[(sorted.Count - 1) / 2];
    }

    /// <summary>Of one entry, on average; they live for a minute.</summary>
    private static async Task<string> BytesAsync(RedisServerProcess redis)
    {
        const string Script = "local n, sum = 0, 0 for _, key in ipairs(redis.call('KEYS', '*:token:*')) do n = n + 1 sum = sum + redis.call('MEMORY', 'USAGE', key) end return n > 0 and math.floor(sum / n) or 0";
        using var client = Process.Start(new ProcessStartInfo("redis-cli", ["-p", redis.Port.ToString(CultureInfo.InvariantCulture), "EVAL", Script, "0"]) { RedirectStandardOutput = true })!;
        var answer = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return answer.Trim();
    }
}
