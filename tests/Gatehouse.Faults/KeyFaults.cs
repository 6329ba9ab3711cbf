using Gatehouse.Faults.Load;
using Gatehouse.Faults.Rig;

namespace Gatehouse.Faults;

public sealed class KeyFaults(Stage stage)
{
    [Fact]
    public async Task Every_token_verifies_with_the_keys_that_any_node_publishes_while_keys_change_every_five_seconds()
    {
        var ordeal = await stage.PrepareAsync("the signing key is replaced at once, every 5 s");
        await ordeal.RunAsync(async strike =>
        {
            strike.Traffic.Keys.AsksEveryNode = true;
            for (var i = 0; i < 3; i++)
            {
                await CommandLine.RotateKeysAsync(stage.Cluster);
                await strike.WaitAsync(5);
            }
        });
    }

    [Fact]
    public async Task A_node_that_was_frozen_while_the_key_was_replaced_never_signs_with_the_old_one()
    {
        var ordeal = await stage.PrepareAsync("a node is frozen for 16 s, past a change of keys", Outcome.TimedOut);
        await ordeal.RunAsync(async strike =>
        {
            var node = stage.Cluster.Nodes[strike.Number % stage.Cluster.Nodes.Count];
            node.Freeze();
            var kid = await CommandLine.RotateKeysAsync(stage.Cluster);
            // Longer than a client waits: whatever is answered afterwards was asked afterwards.
            await strike.WaitAsync(Fleet.ClientPatience.TotalSeconds + 1);
            node.Thaw();
            // In the first moment, before anything that runs by a timer could have run.
            var asked = Enumerable.Range(0, 8).Select(_ => strike.Traffic.Fleet.TokenAsync(strike.Number % stage.Cluster.Nodes.Count, ("grant_type", "client_credentials"), ("resource", Fleet.Resource)));
            foreach (var answer in await Task.WhenAll(asked))
                if (answer.Outcome == Outcome.Answered && KeyDocument.KidOf(answer["access_token"]!) != kid)
                    strike.Traffic.Ledger.Violate($"{node.Name} signed with a key that was replaced while it was frozen");
        });
    }
}
