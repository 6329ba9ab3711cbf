using System.Data.Common;
using System.Diagnostics;
using Gatehouse.Cluster.Processes;
using Gatehouse.Faults.Load;

namespace Gatehouse.Faults.Rig;

/// <summary>One kind of fault, some times over, under traffic; and afterwards the books are compared.</summary>
/// <param name="fault">What is done, for people.</param>
/// <param name="nodes">To whom.</param>
/// <param name="issuer">Who they say they are.</param>
/// <param name="store">Where they keep things, as this process reaches it; asked for at the end.</param>
internal sealed class Ordeal(string fault, IReadOnlyList<Node> nodes, Uri issuer, Func<DbDataSource> store)
{
    /// <summary>Each test in the long form goes on for so long; in the short form it strikes once.</summary>
    public static readonly TimeSpan Duration = TimeSpan.TryParse(Environment.GetEnvironmentVariable("GATEHOUSE_FAULTS_DURATION"), System.Globalization.CultureInfo.InvariantCulture, out var duration)
        ? duration : TimeSpan.Zero;

    /// <summary>How long a failure may take, and how long after the fault is over things may still fail. Both with room for a busy machine.</summary>
    private static readonly TimeSpan failureLimit = TimeSpan.FromSeconds(12), recoveryLimit = TimeSpan.FromSeconds(30);

    private int strikes;
    private TimeSpan longestRecovery;

    /// <summary>What clients may see beside clean errors: a connection breaks when its process is killed, and an answer does not come while it is frozen.</summary>
    public IReadOnlyList<Outcome> Allows { get; init; } = [];

    /// <param name="strike">Does it, and undoes it. When it returns, all should become well again.</param>
    public async Task RunAsync(Func<Strike, Task> strike)
    {
        var started = Stopwatch.GetTimestamp();
        await using var traffic = await Traffic.StartAsync(nodes.Select(node => node.Url), issuer.GetLeftPart(UriPartial.Authority));
        do
        {
            await strike(new(traffic, strikes++));
            var over = Stopwatch.GetTimestamp();
            traffic.Fleet.CountAnew();
            if (await traffic.Fleet.RecoveredAsync(over, recoveryLimit) is { } recovery) longestRecovery = recovery > longestRecovery ? recovery : longestRecovery;
            else traffic.Ledger.Violate($"not all nodes served again within {recoveryLimit.TotalSeconds:0} s");
        }
        while (Stopwatch.GetElapsedTime(started) < Duration && traffic.Ledger.Violations.Count == 0);
        await traffic.FinishAsync();
        await JudgeAsync(traffic);
        Report.Add(new(fault, strikes, traffic, longestRecovery, Stopwatch.GetElapsedTime(started)));
        Assert.True(traffic.Ledger.Violations.Count == 0, Describe(traffic.Ledger));
    }

    private async Task JudgeAsync(Traffic traffic)
    {
        var ledger = traffic.Ledger;
        foreach (var outcome in new[] { Outcome.Broken, Outcome.TimedOut }.Except(Allows))
            if (ledger.CountOf(outcome) is var count and > 0) ledger.Violate($"{count} requests: {outcome}");
        if (ledger.SlowestFailure > failureLimit) ledger.Violate($"a failure took {ledger.SlowestFailure.TotalSeconds:0.0} s");
        foreach (var node in nodes)
            if (!node.IsRunning) ledger.Violate($"{node.Name} ended by itself");
        await using var source = store();
        await StoreAgreement.CheckAsync(ledger, source);
    }

    private string Describe(Ledger ledger) =>
        $"""
        {fault}: {ledger.Violations.Count} violations in {ledger.Requests} requests
        {string.Join('\n', ledger.Violations.Take(20))}
        What went wrong first, of each kind:
        {string.Join('\n', ledger.Notes)}
        {string.Join('\n', nodes.Select(node => $"--- {node.Name}\n{node.Output[^Math.Min(node.Output.Length, 3000)..]}"))}
        """;
}

/// <summary>One blow.</summary>
/// <param name="Traffic">Under it.</param>
/// <param name="Number">From 0.</param>
internal sealed record Strike(Traffic Traffic, int Number)
{
    public Task WaitAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
}
