using System.CommandLine;
using Gatehouse.Testing;

namespace Gatehouse.Growth;

/// <summary>The command line: what to measure, and how far.</summary>
internal static class Bench
{
    public static RootCommand Command()
    {
        var quick = new Option<bool>("--quick") { Description = "Small tables and few rounds: shows that everything works, measures nothing." };
        var updateDocs = new Option<bool>("--update-docs") { Description = "Put the tables into docs/scale.md." };
        var parts = new Option<string[]>("--only") { Description = "operations, sweeper, partitions or simulation; several may be given. Default: all.", AllowMultipleArgumentsPerToken = true };
        var command = new RootCommand("How the cost of an operation grows with the tables, whether the sweeper keeps up, what a grant takes up on disk, and what that comes to for a billion users.") { quick, updateDocs, parts };
        command.SetAction(async (parsed, ct) =>
        {
            var report = new Report(parsed.GetValue(updateDocs));
            bool Wanted(string part) => parsed.GetValue(parts) is not { Length: > 0 } only || only.Contains(part);
            await using var cluster = await PostgresCluster.StartNewAsync(new PostgresOptions
            {
                // As a machine of this size would be set up. The disk's mood is no part of what is compared, so commits do not wait for it; the sweeper's part turns that on again for itself.
                Settings = ["shared_buffers=4GB", "max_wal_size=8GB", "synchronous_commit=off", "autovacuum_naptime=15s", "log_line_prefix="],
            }, ct);
            if (Wanted("operations")) await OperationsPart.RunAsync(cluster, report, parsed.GetValue(quick), ct);
            if (Wanted("sweeper")) await SweeperPart.RunAsync(cluster, report, parsed.GetValue(quick), ct);
            if (Wanted("partitions")) await PartitionsPart.RunAsync(cluster, report, parsed.GetValue(quick), ct);
            if (Wanted("simulation")) await SimulationPart.RunAsync(cluster, report, parsed.GetValue(quick), ct);
            return 0;
        });
        return command;
    }
}
