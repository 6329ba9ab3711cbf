using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Cluster;
using Gatehouse.Cluster.Processes;

namespace Gatehouse.Faults.Rig;

/// <summary><c>gatehouse</c>, as an operator runs it.</summary>
internal static class CommandLine
{
    private static readonly string program = Repository.Server.Replace("Gatehouse.Server", "Gatehouse.Cli", StringComparison.Ordinal);

    /// <summary>Replaces the key at once; returns the new one's <c>kid</c> when a node has made it.</summary>
    public static async Task<string> RotateKeysAsync(RunningCluster cluster)
    {
        var start = new ProcessStartInfo("dotnet", [program, "keys", "rotate", "--now", "--json", "--wait", "30", "--provider", "postgresql", "--connection", cluster.Postgres.ConnectionString])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"gatehouse keys rotate: {await error}");
        return JsonDocument.Parse(output).RootElement.GetProperty("kid").GetString() ?? throw new InvalidOperationException("No node made the key.");
    }
}
