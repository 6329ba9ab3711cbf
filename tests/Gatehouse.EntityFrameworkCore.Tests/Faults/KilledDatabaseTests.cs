using System.Diagnostics;
using Gatehouse.Storage;
using Gatehouse.Testing;
using static Gatehouse.EntityFrameworkCore.Tests.Faults.TestArtifacts;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

/// <summary>The database server dies in the middle of everything and comes back from its log.</summary>
public sealed class KilledDatabaseTests
{
    private const int Callers = 32;

    private static readonly byte[] receipt = [1, 2, 3];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(WiredDatabase.Ways), MemberType = typeof(WiredDatabase))]
    [Trait("SR", "SR-045"), Trait("SR", "SR-063")]
    public async Task What_was_promised_is_kept_and_what_was_in_doubt_happened_whole_or_not_at_all(string way)
    {
        await using var cluster = await PostgresCluster.StartNewAsync(Ct);
        await using var database = await WiredDatabase.StartAsync(way, cluster);
        var store = database.Direct<IProtocolStore>();
        var chains = await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            var family = NewFamily();
            var chain = new Chain(family, NewArtifact(family));
            await store.StartAsync(family, [chain.Current], Ct);
            return chain;
        }));

        var refreshing = chains.Select(chain => Task.Run(() => RefreshUntilItFailsAsync(store, chain), Ct)).ToList();
        while (chains.Sum(chain => chain.Spent.Count) < Callers * 4 && refreshing.All(task => !task.IsCompleted)) await Task.Delay(1, Ct);
        await cluster.KillAsync(Ct);
        await Task.WhenAll(refreshing);
        await cluster.StartAsync(Ct);
        await WaitUntilItAnswersAsync(store);

        foreach (var chain in chains)
        {
            foreach (var promised in chain.Spent) Assert.Equal(Now, (await store.FindAsync(promised.Id, Ct))!.SpentAt);
            var current = await store.FindAsync(chain.Current.Id, Ct);
            Assert.NotNull(current);
            var spent = current.SpentAt is not null;
            Assert.Equal(spent, await store.IsFoundAsync(chain.InDoubt!));
            Assert.Equal(spent ? receipt : null, current.Receipt?.ToArray());
            // And on it goes: by the receipt, or by a redemption that now succeeds.
            Assert.Equal(!spent, await store.TryRedeemAsync(current, [NewArtifact(chain.Family)], receipt, Now, Ct));
        }
    }

    private static async Task RefreshUntilItFailsAsync(IProtocolStore store, Chain chain)
    {
        try
        {
            while (true)
            {
                chain.InDoubt = NewArtifact(chain.Family);
                Assert.True(await store.TryRedeemAsync(chain.Current, [chain.InDoubt], receipt, Now, Ct), "A lost line was told as a lost race.");
                chain.Spent.Add(chain.Current);
                chain.Current = chain.InDoubt;
            }
        }
        catch (Exception outage) when (outage is not Xunit.Sdk.XunitException)
        {
        }
    }

    /// <summary>A pooled connection may still have to find out that it is dead; the pool must not take longer for that than a client has patience.</summary>
    private static async Task WaitUntilItAnswersAsync(IProtocolStore store)
    {
        var started = Stopwatch.GetTimestamp();
        while (await Record.ExceptionAsync(async () => await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => store.FindAsync("nothing", Ct).AsTask()))) is { } outage)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10), $"It has not come back: {outage}");
            await Task.Delay(50, Ct);
        }
    }

    private sealed class Chain(Family family, Artifact first)
    {
        public Family Family => family;

        public Artifact Current { get; set; } = first;

        public Artifact? InDoubt { get; set; }

        public List<Artifact> Spent { get; } = [];
    }
}
