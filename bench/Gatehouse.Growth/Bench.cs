using System.CommandLine;
using System.Globalization;
using Gatehouse.Growth.Asked;
using Gatehouse.Testing;

namespace Gatehouse.Growth;

/// <summary>The command line: what to measure, and how far.</summary>
internal static class Bench
{
    public static RootCommand Command()
    {
        var quick = new Option<bool>("--quick") { Description = "Small tables and few rounds: shows that everything works, measures nothing." };
        var updateDocs = new Option<bool>("--update-docs") { Description = "Put the tables into docs/scale.md." };
        var parts = new Option<string[]>("--only") { Description = "postgresql, sqlite, requests-postgresql, requests-sqlite, sweeper, partitions or simulation; several may be given. Default: all.", AllowMultipleArgumentsPerToken = true };
        var artifacts = new Option<int[]>("--artifacts") { Description = "Sizes to compare, smallest first, for a look at something in particular.", AllowMultipleArgumentsPerToken = true };
        var smallPages = new Option<bool>("--small-pages") { Description = "Do without pages of 2 MB, which are otherwise set aside for PostgreSQL if this is root." };
        var command = new RootCommand("How the cost of an operation grows with the tables, whether the sweeper keeps up, what a grant takes up on disk, and what that comes to for a billion users.") { quick, updateDocs, parts, artifacts, smallPages };
        command.SetAction(async (parsed, ct) =>
        {
            var report = new Report(parsed.GetValue(updateDocs));
            bool Wanted(string part) => parsed.GetValue(parts) is not { Length: > 0 } only || only.Contains(part);
            var sharedBuffers = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 2 / 5 / 1024 / 1024;
            using var hugePages = parsed.GetValue(smallPages) ? null : HugePages.TryReserve(sharedBuffers);
            await using var cluster = await PostgresCluster.StartNewAsync(new PostgresOptions
            {
                // As a machine would be set up that has the database to itself: two fifths of the memory, which is the most that PostgreSQL's manual thinks useful, and in huge pages; the data of the largest size fits. The disk's mood is no part of
                // what is compared, so commits do not wait for it; the sweeper's part turns that on again for itself. A checkpoint makes the next change of each page dearer, at whichever size it happens to come.
                Settings =
                [
                    string.Create(CultureInfo.InvariantCulture, $"shared_buffers={sharedBuffers}MB"), $"huge_pages={(hugePages is null ? "off" : "on")}",
                    "max_wal_size=32GB", "checkpoint_timeout=1h", "synchronous_commit=off", "autovacuum_naptime=15s", "log_line_prefix=",
                ],
            }, ct);
            var operations = new OperationsPart(report, parsed.GetValue(artifacts) is { Length: > 0 } sizes ? sizes : null, parsed.GetValue(quick));
            if (Wanted("postgresql")) await operations.PostgreSqlAsync(cluster, ct);
            if (Wanted("sqlite")) await operations.SqliteAsync(ct);
            var requests = new RequestsPart(report, parsed.GetValue(artifacts) is { Length: > 0 } of ? of : null, parsed.GetValue(quick));
            if (Wanted("requests-postgresql")) await requests.PostgreSqlAsync(cluster, ct);
            if (Wanted("requests-sqlite")) await requests.SqliteAsync(ct);
            if (Wanted("sweeper")) await SweeperPart.RunAsync(cluster, report, parsed.GetValue(quick), ct);
            if (Wanted("partitions")) await PartitionsPart.RunAsync(cluster, report, parsed.GetValue(quick), ct);
            if (Wanted("simulation")) await SimulationPart.RunAsync(cluster, report, parsed.GetValue(quick), ct);
            return 0;
        });
        return command;
    }
}
