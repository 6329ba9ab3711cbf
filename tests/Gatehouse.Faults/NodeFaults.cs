using Gatehouse.Faults.Load;
using Gatehouse.Faults.Rig;

namespace Gatehouse.Faults;

public sealed class NodeFaults(Stage stage)
{
    [Fact]
    public async Task Nothing_is_lost_when_a_node_is_killed_in_the_middle_of_requests()
    {
        var ordeal = await stage.PrepareAsync("a node is killed", Outcome.Broken);
        await ordeal.RunAsync(async strike =>
        {
            var node = stage.Cluster.Nodes[strike.Number % stage.Cluster.Nodes.Count];
            node.Kill();
            await strike.WaitAsync(2);
            await node.StartAsync();
        });
    }
}
