using System.Diagnostics;
using Gatehouse.Cluster.Processes;
using Gatehouse.Faults.Load;
using Gatehouse.Faults.Rig;

namespace Gatehouse.Faults;

/// <summary>What each address of the server answers, and after how long, while its database cannot be had.</summary>
public sealed class AnswersInAnOutage(Stage stage)
{
    /// <summary>Five seconds for the store, one for the driver to tell the database that we have lost interest, and two because this machine is busy.</summary>
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(8);

    private Node Node => stage.Cluster.Nodes[0];

    [Fact]
    public Task Everything_is_answered_in_time_while_the_database_is_cut_off() => GoAsync(() => Done(() => stage.Cluster.Cut(Node)), () => Done(() => stage.Cluster.Heal(Node)));

    [Fact]
    public Task Everything_is_answered_in_time_while_the_database_is_slow() => GoAsync(() => Done(() => stage.Cluster.Slow(Node, TimeSpan.FromSeconds(1))), () => Done(() => stage.Cluster.Heal(Node)), mayAnswer: true);

    [Fact]
    public Task Everything_is_answered_in_time_while_the_database_is_dead() => GoAsync(() => stage.Cluster.Postgres.KillPrimaryAsync(), () => stage.Cluster.Postgres.StartPrimaryAsync());

    private async Task GoAsync(Func<Task> strike, Func<Task> mend, bool mayAnswer = false)
    {
        await stage.PrepareAsync("");
        using var tour = await Tour.PrepareAsync(Node);
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
