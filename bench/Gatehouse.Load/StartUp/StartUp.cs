using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gatehouse.Load.Machinery;

namespace Gatehouse.Load.StartUp;

/// <summary>From the start of the process to its first token, on one core; the database is there, as at every start but the first one.</summary>
internal sealed class StartUp(Options options, Database database)
{
    private const double TargetSeconds = 1.0;

    private sealed record Case(string Title, Target Target, bool Fresh = false);

    private sealed record Start(double Seconds, double Processor, double Memory);

    private static readonly Target embedded = Target.All.First(target => target.Name == "gatehouse-sqlite"), embeddedPostgreSql = Target.All.First(target => target.Name == "gatehouse-postgresql");

    private static readonly Case[] cases =
    [
        new("bare endpoint", Target.All.First(target => target.Name == "limit")),
        new("Gatehouse in an app, SQLite", embedded),
        new("Gatehouse in an app, SQLite, first start", embedded, Fresh: true),
        new("Gatehouse in an app, PostgreSQL", embeddedPostgreSql),
        new("Gatehouse in an app, PostgreSQL, first start", embeddedPostgreSql, Fresh: true),
        new("Gatehouse.Server, SQLite", Standalone(Store.Sqlite)),
        new("Gatehouse.Server, PostgreSQL", Standalone(Store.PostgreSql)),
        new("OpenIddict in an app, PostgreSQL", Target.All.First(target => target.Name == "openiddict-jwt")),
        new("oidc-provider, in memory", Target.All.First(target => target.Name == "oidc-provider-jwt")),
    ];

    public async Task<string> RunAsync()
    {
        var all = cases.Where(one => options.Targets.Any(target => target.Product == one.Target.Product)).Select(one => (Case: one, Starts: new List<Start>())).ToList();
        var folder = Directory.CreateTempSubdirectory("gatehouse-bench-").FullName;
        try
        {
            var connections = new Dictionary<Case, string?>();
            // The first start of each makes its database, and is not counted.
            foreach (var (one, _) in all) await StartAsync(one, connections[one] = await ConnectionAsync(one, folder), folder);
            for (var run = 1; run <= Math.Max(1, options.Runs * 2 - 1); run++)
                foreach (var (one, starts) in all)
                {
                    starts.Add(await StartAsync(one, one.Fresh ? await ConnectionAsync(one, folder) : connections[one], folder));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one.Title}: {starts[^1].Seconds:F2} s, processor {starts[^1].Processor:F2} s, {starts[^1].Memory:F0} MB"));
                }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var text = new StringBuilder("""
            | | to the first token, s | target | holds | processor time, s | resident then, MB |
            | --- | ---: | ---: | --- | ---: | ---: |

            """);
        foreach (var (one, starts) in all)
        {
            var seconds = Median(starts, start => start.Seconds);
            var judged = one.Target.Product is Product.Gatehouse;
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {one.Title} | {seconds:F2} | {(judged ? TargetSeconds : null):F1} | {(judged ? seconds <= TargetSeconds ? "yes" : "no" : "")} | {Median(starts, start => start.Processor):F2} | {Median(starts, start => start.Memory):F0} |");
        }
        return text.ToString();
    }

    private static async Task<Start> StartAsync(Case one, string? connection, string folder)
    {
        var clock = Stopwatch.StartNew();
        using var server = Server.Launch(one.Target, connection, folder);
        await server.WaitForTokenAsync();
        return new(clock.Elapsed.TotalSeconds, server.ProcessorTime, server.Memory("VmRSS"));
    }

    private async Task<string?> ConnectionAsync(Case one, string folder) => one.Target.Store switch
    {
        Store.Sqlite => $"Data Source={Path.Combine(folder, Guid.NewGuid().ToString("N") + ".db")}",
        Store.PostgreSql => await database.CreateAsync(),
        _ => null,
    };

    private static Target Standalone(Store store) => new(
        "server", Product.Gatehouse, store, [],
        ("Logging__LogLevel__Default", "Error"), ("Gatehouse__Scopes__api", "Use the API"), ("Gatehouse__Resources__0__Identifier", "https://api.example.com"),
        ("Gatehouse__Clients__0__client_id", "bench-client"), ("Gatehouse__Clients__0__client_secret", Target.Secret), ("Gatehouse__Clients__0__token_endpoint_auth_method", "client_secret_post"),
        ("Gatehouse__Clients__0__grant_types__0", "client_credentials"), ("Gatehouse__Clients__0__scope", "api"))
    { IsStandalone = true };

    private static double Median(List<Start> starts, Func<Start, double> value)
    {
        var sorted = starts.Select(value).Order().ToList();
        return sorted[(sorted.Count - 1) / 2];
    }
}
