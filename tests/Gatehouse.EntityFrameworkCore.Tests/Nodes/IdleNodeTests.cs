using Gatehouse.Testing;
using static Gatehouse.EntityFrameworkCore.Tests.Nodes.Node;

namespace Gatehouse.EntityFrameworkCore.Tests.Nodes;

/// <summary>What a node costs its database while nobody asks it for anything: docs/nodes.md gives the number.</summary>
public sealed class IdleNodeTests
{
    private const int Seconds = 120, AskedPerSecond = 6, AllElse = 60;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_idle_node_asks_six_times_a_second_and_little_else()
    {
        var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var wire = PostgresWire.Start(database);
        await using var node = await StartAsync(wire.ConnectionString, listens: true);
        var before = wire.RoundTrips;

        // Only the clock makes it ask. It is moved on when something came of it; if a node is so slow that it leaves out a turn, it asks for less.
        for (var halves = 1; halves <= Seconds * 2; halves++)
        {
            node.Clock.Advance(TimeSpan.FromMilliseconds(500));
            var least = before + halves;
            await EventuallyAsync(() => Task.FromResult(wire.RoundTrips >= least));
        }

        var count = wire.RoundTrips - before;
        Assert.True(count <= Seconds * AskedPerSecond + AllElse, $"{count} in {Seconds} seconds:\n" + string.Join('\n', wire.Statements.CountBy(statement => statement).OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Value} × {pair.Key}")));
    }
}
