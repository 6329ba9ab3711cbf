using System.Globalization;
using System.Text;
using Gatehouse.Load.Driving;
using Gatehouse.Load.Machinery;

namespace Gatehouse.Load.StartUp;

/// <summary>What a process holds after a million tokens, on the whole machine and with the collector as .NET sets it.</summary>
internal sealed class Memory(Options options, Database database, DriverProcess driver)
{
    private const double TargetMegabytes = 150;

    /// <summary>Of reference tokens two with each answer, and a fifth of all are JWTs.</summary>
    private const int Tokens = 1_000_000;

    private static readonly (string Title, string Target)[] cases =
    [
        ("Gatehouse, PostgreSQL", "gatehouse-postgresql"),
        ("Gatehouse, SQLite", "gatehouse-sqlite"),
        ("OpenIddict, PostgreSQL", "openiddict-jwt"),
    ];

    public async Task<string> RunAsync()
    {
        var text = new StringBuilder("""
            | | tokens | resident at the start, MB | under load | five seconds after | at its highest | target | holds |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |

            """);
        foreach (var (title, name) in cases)
        {
            var target = Target.All.First(target => target.Name == name);
            if (!options.Targets.Contains(target)) continue;
            var folder = Directory.CreateTempSubdirectory("gatehouse-bench-").FullName;
            try
            {
                var connection = target.Store is Store.Sqlite ? $"Data Source={Path.Combine(folder, "tokens.db")}" : await database.CreateAsync();
                var app = Directory.CreateDirectory(Path.Combine(folder, "app")).FullName;
                // The start that makes the tables is not the one to measure.
                using (var first = await Server.StartAsync(target, connection, app)) await first.WaitForTokenAsync();
                using var server = await Server.StartAsync(target, connection, app, new(WholeMachine: true));
                await server.WaitForTokenAsync();
                var start = server.Memory("VmRSS");
                var (tokens, loaded) = await SampleAsync(IssueAsync(target, server), server);
                // Nobody tells it to collect. What it holds where nobody asks for anything is what it keeps.
                await Task.Delay(TimeSpan.FromSeconds(5));
                var (end, peak) = (server.Memory("VmRSS"), server.Memory("VmHWM"));
                var judged = target.Product is Product.Gatehouse;
                var row = string.Create(CultureInfo.InvariantCulture,
                    $"| {title} | {tokens:N0} | {start:F0} | {loaded:F0} | {end:F0} | {peak:F0} | {(judged ? TargetMegabytes : null)} | {(judged ? tokens < Tokens * options.Amount ? "?" : end <= TargetMegabytes ? "yes" : "no" : "")} |");
                Console.WriteLine(row);
                text.AppendLine(row);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        return text.ToString();
    }

    /// <summary>The median of the load's last ten seconds, of ten looks a second: a single look says more about the collection before it.</summary>
    private static async Task<(long Tokens, double Loaded)> SampleAsync(Task<long> issuing, Server server)
    {
        var samples = new Queue<double>();
        while (!issuing.IsCompleted)
        {
            samples.Enqueue(server.Memory("VmRSS"));
            if (samples.Count > 100) samples.Dequeue();
            await Task.Delay(100);
        }
        return (await issuing, samples.Order().ElementAt(samples.Count / 2));
    }

    private async Task<long> IssueAsync(Target target, Server server)
    {
        var tokens = (long)(Tokens * options.Amount);
        var (password, jwt) = (Load(Row.Password) with { Limit = tokens * 2 / 5 }, Load(Row.ClientCredentials) with { Limit = tokens / 5 });
        // A peer that issues two hundred a second is given a quarter of a minute, and the table says how many it made of it.
        return target.Product is Product.Gatehouse
            ? (await driver.RunAsync(password)).Requests * 2 + (await driver.RunAsync(jwt)).Requests
            : (await driver.RunAsync(jwt with { Seconds = 15 * options.Amount })).Requests;

        Driving.Load Load(Row row) => target.Load(row, server.Port, [], null, 600);
    }
}
