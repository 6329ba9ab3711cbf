using Gatehouse.Testing;
namespace Gatehouse.Growth;

internal static class PartitionsPart
{
    public static Task RunAsync(PostgresCluster cluster, Report report, bool quick, CancellationToken ct) => Task.CompletedTask;
}
