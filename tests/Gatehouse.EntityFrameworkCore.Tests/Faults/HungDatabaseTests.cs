using System.Diagnostics;
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using static Gatehouse.EntityFrameworkCore.Tests.Faults.TestArtifacts;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

/// <summary>The worst way for a database to be away: it says nothing, and neither does the network. Whoever asks is told in time, and nobody has to be restarted.</summary>
public sealed class HungDatabaseTests
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(WiredDatabase.Ways), MemberType = typeof(WiredDatabase))]
    [Trait("SR", "SR-225")]
    public async Task Every_question_is_answered_in_time_and_the_next_one_after_it_is_back_succeeds(string way)
    {
        await using var database = await WiredDatabase.StartAsync(way, limit: limit);
        var store = database.Wired<IProtocolStore>();
        var family = NewFamily();
        var artifact = NewArtifact(family);
        await database.Direct<IProtocolStore>().StartAsync(family, [artifact], Ct);

        database.Wire.IsFrozen = true;
        Func<Task>[] questions =
        [
            async () => await store.FindAsync(artifact.Id, Ct),
            async () => await store.FindFamilyAsync(family.Id, Ct),
            async () => await store.ListClientsAsync("alice", "", 10, Now, Ct),
            async () => await store.StartAsync(NewFamily(), [], Ct),
            async () => await store.TryRedeemAsync(NewArtifact(family), [], null, Now, Ct),
            async () => await store.TryUpdateAsync(NewArtifact(family), "{}", Ct),
            async () => await store.RevokeFamilyAsync(NewFamily().Id, Now, Ct),
            async () => await store.RevokeSessionAsync("session", Now, Ct),
            async () => await store.TryRememberAsync("jti", Now, Ct),
            async () => await database.Wired<IClientStore>().FindAsync("client", Ct),
            async () => await database.Wired<IConsentStore>().FindAsync("alice", "client", Ct),
            async () => await database.Wired<IKeyStore>().ListAsync(Ct),
            async () => await database.Wired<ISessionStore>().FindAsync("session", Ct),
            async () => await database.Wired<IAttemptStore>().AddFailureAsync(["user"], Now, Now, Ct),
        ];
        // Again and again, as clients do: those that hang must not be in the way of those that come.
        for (var round = 0; round < 2; round++)
        {
            var started = Stopwatch.GetTimestamp();
            var failures = await Task.WhenAll(questions.Select(question => Record.ExceptionAsync(question).AsTask()));
            Assert.All(failures, Assert.NotNull);
            // What EF Core asks has the driver's limits, one after the other, and this machine is busy; without limits it would be minutes.
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, 8 * limit);
        }

        database.Wire.IsFrozen = false;
        Assert.True(await store.TryRedeemAsync((await AskUntilItAnswersAsync(store, artifact.Id))!, [], null, Now, Ct));
    }

    /// <summary>A page asks several things. What it has waited for the first is missing for the second, and then nobody is asked any more; others are.</summary>
    [Theory, MemberData(nameof(WiredDatabase.Ways), MemberType = typeof(WiredDatabase))]
    [Trait("SR", "SR-225")]
    public async Task A_request_that_has_waited_as_long_as_it_may_asks_nothing_more(string way)
    {
        await using var database = await WiredDatabase.StartAsync(way, limit: limit);
        Func<Task>[] questions =
        [
            async () => await database.Wired<IProtocolStore>().FindAsync("nothing", Ct),
            async () => await database.Wired<IProtocolStore>().FindFamilyAsync(Guid.NewGuid(), Ct),
            async () => await database.Wired<IProtocolStore>().TryRememberAsync("jti", Now, Ct),
            async () => await database.Wired<IClientStore>().FindAsync("client", Ct),
            async () => await database.Wired<IConsentStore>().FindAsync("alice", "client", Ct),
            async () => await database.Wired<ISessionStore>().FindAsync("session", Ct),
            async () => await database.Wired<IAttemptStore>().AddFailureAsync(["user"], Now, Now, Ct),
        ];
        foreach (var question in questions) await question();

        foreach (var question in questions)
        {
            StoreTime.Start();
            database.Wire.IsFrozen = true;
            Assert.NotNull(await Record.ExceptionAsync(question));
            Assert.InRange(StoreTime.OfRequest!.Waited, 0.8 * limit, TimeSpan.MaxValue);
            // The driver keeps a fifth for itself and may have given up a moment before the limit: then a moment is left.
            StoreTime.OfRequest!.Raise(limit + limit);
            database.Wire.IsFrozen = false;
            Assert.Equal(0, await database.Wire.CountAsync(async () =>
            {
                // EF Core puts its own exception around it.
                foreach (var next in questions) Assert.IsType<TimeoutException>((await Record.ExceptionAsync(next))?.GetBaseException());
            }));
            StoreTime.Start();
            await AskUntilItAnswersAsync(database.Wired<IProtocolStore>(), "nothing");
        }
    }

    /// <summary>A host that is gone takes its connections with it and does not say so. One call may find that out, but not one for each connection of the pool.</summary>
    [Theory, MemberData(nameof(WiredDatabase.Ways), MemberType = typeof(WiredDatabase))]
    [Trait("SR", "SR-225")]
    public async Task Dead_connections_are_dropped_together(string way)
    {
        await using var database = await WiredDatabase.StartAsync(way, limit: limit);
        var store = database.Wired<IProtocolStore>();
        for (var i = 0; i < 3; i++) await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => store.FindFamilyAsync(Guid.NewGuid(), Ct).AsTask()));

        database.Wire.Strand();

        Assert.NotNull(await Record.ExceptionAsync(async () => await store.FindFamilyAsync(Guid.NewGuid(), Ct)));
        await AskUntilItAnswersAsync(store, "nothing");
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => store.FindFamilyAsync(Guid.NewGuid(), Ct).AsTask()));
    }

    /// <summary>It may take one more failure per kind of call to notice, but no more time than the limit again.</summary>
    private static async Task<Artifact?> AskUntilItAnswersAsync(IProtocolStore store, string id)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                var found = await store.FindAsync(id, Ct);
                await store.FindFamilyAsync(Guid.NewGuid(), Ct);
                return found;
            }
            catch (Exception outage) when (outage is not Xunit.Sdk.XunitException)
            {
                Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), $"It has not come back: {outage}");
            }
        }
    }
}
