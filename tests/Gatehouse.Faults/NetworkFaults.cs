using Gatehouse.Faults.Load;
using Gatehouse.Faults.Rig;

namespace Gatehouse.Faults;

/// <summary>Between a node and the database. Between clients and nodes the same happens all the time, and looks like a node that was killed.</summary>
public sealed class NetworkFaults(Stage stage)
{
    [Fact]
    public async Task Nothing_is_lost_when_a_node_is_cut_from_the_database()
    {
        // Here three nodes and all clients share this machine with the fault; what each address takes is held in AnswersInAnOutage.
        var ordeal = await stage.PrepareAsync("a node is cut from the database for 14 s", Outcome.TimedOut);
        await ordeal.RunAsync(async strike =>
        {
            var node = stage.Cluster.Nodes[strike.Number % stage.Cluster.Nodes.Count];
            stage.Cluster.Cut(node);
            await strike.WaitAsync(14);
            stage.Cluster.Heal(node);
        });
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_database_takes_two_seconds_to_answer()
    {
        var ordeal = await stage.PrepareAsync("the database takes 2 s to answer a node");
        await ordeal.RunAsync(async strike =>
        {
            var node = stage.Cluster.Nodes[strike.Number % stage.Cluster.Nodes.Count];
            stage.Cluster.Slow(node, TimeSpan.FromSeconds(1));
            await strike.WaitAsync(8);
            stage.Cluster.Heal(node);
        });
    }

    [Fact]
    public async Task Nothing_is_lost_when_every_twentieth_packet_is()
    {
        var ordeal = await stage.PrepareAsync("5 % of the packets to and from the database are lost");
        await ordeal.RunAsync(async strike =>
        {
            foreach (var node in stage.Cluster.Nodes) stage.Cluster.Lose(node, 0.05);
            await strike.WaitAsync(8);
            foreach (var node in stage.Cluster.Nodes) stage.Cluster.Heal(node);
        });
    }
}
