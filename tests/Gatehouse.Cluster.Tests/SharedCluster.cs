using System.Diagnostics;
using Gatehouse.Cluster.Processes;

[assembly: AssemblyFixture(typeof(Gatehouse.Cluster.Tests.SharedCluster))]

namespace Gatehouse.Cluster.Tests;

/// <summary>Three nodes behind nginx, for the tests that break nothing.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    internal RunningCluster Running { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Running = await RunningCluster.StartAsync(new()
    {
        // So that a failure holds longer than a busy machine takes to look again.
        Node = new NodeOptions().With(KeyValuePair.Create("Gatehouse:Throttling:FirstDelay", "0:1:0")),
        // Each node has its own: the database is all that they share.
        NodeAt = static (_, options) => options.With(KeyValuePair.Create("Gatehouse:DataFolder", "data")),
    });

    public ValueTask DisposeAsync() => Running.DisposeAsync();

    /// <summary>The command line, on the cluster's database. Returns what it printed.</summary>
    internal async Task<string> GatehouseAsync(params string[] arguments)
    {
        var tool = Repository.Server.Replace("Gatehouse.Server", "Gatehouse.Cli", StringComparison.Ordinal);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [tool, .. arguments, "--connection", Running.Postgres.ConnectionString])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Running.Folder,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await error);
        return await output;
    }
}
