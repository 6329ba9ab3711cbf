using Gatehouse.Cluster;
using Gatehouse.Faults.Load;
using Gatehouse.Faults.Rig;

namespace Gatehouse.Faults;

public sealed class ClockFaults
{
    [Fact]
    public async Task Nothing_is_lost_when_clocks_are_a_minute_off()
    {
        await using var cluster = await RunningCluster.StartAsync(new()
        {
            UseNginx = false,
            Node = Stage.NodeOptions,
            NodeAt = static (i, options) => i switch
            {
                0 => options with { Preload = FakeTime.Library, Environment = FakeTime.Shift(TimeSpan.FromSeconds(60)) },
                1 => options with { Preload = FakeTime.Library, Environment = FakeTime.Shift(TimeSpan.FromSeconds(-60)) },
                _ => options,
            },
        }, TestContext.Current.CancellationToken);
        await Stage.Begin("one node's clock is 60 s ahead, one node's 60 s behind", cluster).RunAsync(static strike => strike.WaitAsync(10));
    }
}
