using System.Diagnostics;

namespace Gatehouse.Cluster.Tests;

/// <summary>What the cluster goes through, and goes on. How correct it stays is what Gatehouse.Faults is about.</summary>
public sealed class FaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_node_and_a_lost_primary_cost_a_moment_and_no_token()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Nodes = 2, Standby = true }, Cancel);
        using var http = cluster.CreateClient(TimeSpan.FromSeconds(20));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var load = new Load(http, clients: 4);
        var running = load.RunAsync(over.Token);
        await load.UntilAsync(100, running, Cancel);

        cluster.Nodes[1].Kill();
        await load.UntilAsync(load.Answered + 100, running, Cancel);
        await cluster.Nodes[1].StartAsync(Cancel);
        await cluster.Postgres.FailOverAsync(Cancel);
        await load.UntilAsync(load.Answered + 100, running, Cancel);
        // What the connection string has always named; nobody was restarted.
        await cluster.Postgres.AddStandbyAsync(Cancel);
        await cluster.Postgres.FailOverAsync(Cancel);
        await load.UntilAsync(load.Answered + 100, running, Cancel);

        await over.CancelAsync();
        await running;
        Assert.Equal(0, load.Lost);
    }

    [Fact]
    public async Task A_node_that_is_cut_off_from_the_database_says_so_and_comes_back_by_itself()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Nodes = 2, UseNginx = false, Namespaces = true }, Cancel);
        var (cut, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        cluster.Slow(cut, TimeSpan.FromMilliseconds(20));
        cluster.Lose(cut, 0.05);
        await UntilReadyIsAsync(cut, true);

        cluster.Cut(cut);
        await UntilReadyIsAsync(cut, false);
        Assert.True(await other.IsReadyAsync(Cancel));
        Assert.True(cut.Link!.Packets.Lost > 0);

        cluster.Heal(cut);
        await UntilReadyIsAsync(cut, true);

        other.Freeze();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await other.IsReadyAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token));
        other.Thaw();
        await UntilReadyIsAsync(other, true);
    }

    private static async Task UntilReadyIsAsync(Processes.Node node, bool expected)
    {
        for (var started = Stopwatch.GetTimestamp(); await node.IsReadyAsync(Cancel) != expected; await Task.Delay(100, Cancel))
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), node.Output);
    }
}
