using Gatehouse.Cluster;
using Gatehouse.Cluster.Processes;
using Gatehouse.Faults.Load;
using Npgsql;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Gatehouse.Faults.Rig.Stage))]
[assembly: Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Gatehouse.Faults.Rig;

/// <summary>The cluster that most faults share: three nodes, each in a network of its own, a database with a synchronous standby. No proxy: clients ask whichever node they like, which no proxy would be so unkind to do.</summary>
public sealed class Stage : IAsyncLifetime
{
    private RunningCluster? cluster;

    internal static NodeOptions NodeOptions { get; } = new() { SettingsFile = Path.Combine(AppContext.BaseDirectory, "faults.json") };

    internal RunningCluster Cluster => cluster ?? throw new InvalidOperationException("The cluster did not start.");

    public async ValueTask InitializeAsync() => cluster = await RunningCluster.StartAsync(new() { Standby = true, Namespaces = true, UseNginx = false, Node = NodeOptions }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (cluster is null) return;
        if (Ordeal.Duration > TimeSpan.Zero && cluster.Postgres.Primary.IsRunning) Report.Write((string)(await cluster.Postgres.Primary.ExecuteAsync("SHOW server_version"))!);
        await cluster.DisposeAsync();
    }

    /// <summary>After whatever the test before left behind.</summary>
    internal async Task<Ordeal> PrepareAsync(string fault, params Outcome[] allows)
    {
        foreach (var node in Cluster.Nodes)
        {
            Cluster.Heal(node);
            node.Thaw();
            if (!node.IsRunning) await node.StartAsync();
        }
        if (!Cluster.Postgres.Primary.IsRunning) await Cluster.Postgres.StartPrimaryAsync();
        return Begin(fault, Cluster, allows);
    }

    internal static Ordeal Begin(string fault, RunningCluster cluster, params Outcome[] allows) =>
        new(fault, cluster.Nodes, cluster.Issuer, () => NpgsqlDataSource.Create(cluster.Postgres.ConnectionString)) { Allows = allows };
}
