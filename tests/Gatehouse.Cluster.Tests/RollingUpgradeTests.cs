namespace Gatehouse.Cluster.Tests;

/// <summary>From the first schema to today's, node by node, with nobody signed out (decision 24).</summary>
public sealed class RollingUpgradeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_of_the_first_schema_and_of_todays_serve_side_by_side_until_the_last_one_is_upgraded()
    {
        var (first, today) = (await FirstSchema.BuildAsync(), Processes.Repository.Server);
        // One by one: in those days, nodes that started together could both try to make the same user.
        await using var cluster = await RunningCluster.StartAsync(new() { Nodes = 2, Node = new() { ServerDll = first }, OneByOne = true }, Cancel);
        using var http = cluster.CreateClient();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var load = new Load(http, clients: 2);
        var running = load.RunAsync(over.Token);

        // The new build migrates under the feet of the old ones.
        await RestartAsync(cluster, 0, today);
        await SignInAsync(cluster);
        // An old one that starts now finds a database that is newer than itself, and serves.
        await RestartAsync(cluster, 1, first);
        Assert.Contains("[4002]", cluster.Nodes[1].Output, StringComparison.Ordinal);
        await SignInAsync(cluster);

        await RestartAsync(cluster, 1, today);
        await load.UntilAsync(load.Answered + 100, running, Cancel);
        await over.CancelAsync();
        await running;
        Assert.Equal(0, load.Lost);
    }

    private static async Task RestartAsync(RunningCluster cluster, int node, string build)
    {
        await cluster.Nodes[node].StopAsync(Cancel);
        cluster.Nodes[node].ServerDll = build;
        await cluster.Nodes[node].StartAsync(Cancel);
    }

    /// <summary>Every request at another node than the one before, and so at another version.</summary>
    private static async Task SignInAsync(RunningCluster cluster)
    {
        using var router = Router.Adversarial(cluster);
        using var http = router.CreateClient();
        await new Journey(http).RunAsync();
    }
}
