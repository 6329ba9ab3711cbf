using System.Diagnostics;
using Gatehouse.Cluster;
using Gatehouse.Cluster.Processes;
using Gatehouse.Faults.Load;
using Gatehouse.Faults.Rig;

namespace Gatehouse.Faults;

/// <summary>What each address of the server answers, and after how long, while its database cannot be had.</summary>
public sealed class AnswersInAnOutage(Stage stage)
{
    /// <summary>Five seconds for the store, two for the driver to tell the database that we have lost interest, and one because this machine is busy.</summary>
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(8);

    [Fact]
    public Task Everything_is_answered_in_time_while_the_database_is_cut_off() => AskAsync(CutOffAsync);

    [Fact]
    public Task Everything_is_answered_in_time_while_the_database_is_slow() => AskAsync(SlowAsync);

    [Fact]
    public Task Everything_is_answered_in_time_while_the_database_is_dead() => AskAsync(DeadAsync);

    /// <summary>The driver goes other ways for one host than for several: each attempt to connect may take longer, and what asks by EF Core has no other limit than the driver's.</summary>
    [Fact]
    public async Task Everything_is_answered_in_time_while_the_one_host_of_the_database_is_cut_off()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Nodes = 1, Namespaces = true, UseNginx = false, Node = Stage.NodeOptions }, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("Target", cluster.Postgres.NodeConnectionString, StringComparison.Ordinal);
        await CutOffAsync(cluster);
    }

    private async Task AskAsync(Func<RunningCluster, Task> ask)
    {
        await stage.PrepareAsync("");
        await ask(stage.Cluster);
    }

    private static Task CutOffAsync(RunningCluster cluster) => GoAsync(cluster, () => Done(() => cluster.Cut(cluster.Nodes[0])), () => Done(() => cluster.Heal(cluster.Nodes[0])));

    private static Task SlowAsync(RunningCluster cluster) => GoAsync(cluster, () => Done(() => cluster.Slow(cluster.Nodes[0], TimeSpan.FromSeconds(1))), () => Done(() => cluster.Heal(cluster.Nodes[0])), mayAnswer: true);

    private static Task DeadAsync(RunningCluster cluster) => GoAsync(cluster, () => cluster.Postgres.KillPrimaryAsync(), () => cluster.Postgres.StartPrimaryAsync());

    private static async Task GoAsync(RunningCluster cluster, Func<Task> strike, Func<Task> mend, bool mayAnswer = false)
    {
        using var tour = await Tour.PrepareAsync(cluster.Nodes[0]);
        await tour.FillPoolAsync();
        await strike();
        // Readiness is looked at once a second.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        List<Seen> seen;
        try
        {
            // The second time, what lay idle when it began has been found out.
            seen = [.. await tour.GoAsync(), .. await tour.GoAsync()];
        }
        finally
        {
            await mend();
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"The slowest: {seen.MaxBy(static each => each.Took)}");
        var wrong = seen.Where(each => !(each.IsClean || mayAnswer && each.IsAnswer) || each.Took > limit).ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {seen.Count} answers are late or not clean:\n{string.Join('\n', wrong)}");
        await RecoversAsync(tour);
    }

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    /// <summary>By itself, without a restart.</summary>
    private static async Task RecoversAsync(Tour tour)
    {
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(500, TestContext.Current.CancellationToken))
        {
            var failing = (await tour.GoAsync()).Where(static each => !each.IsAnswer).ToList();
            if (failing.Count == 0) return;
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(45), $"These do not answer again:\n{string.Join('\n', failing)}");
        }
    }
}
