using Gatehouse.Clients;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using static Gatehouse.EntityFrameworkCore.Tests.Faults.TestArtifacts;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

/// <summary>
/// The line to the database breaks at every place where it can: before the database hears of a transition, and after it committed one but before
/// we hear of that. Each transition happened whole or not at all, and the caller may come back.
/// </summary>
public sealed class CutLineTests
{
    private static readonly byte[] receipt = [1, 2, 3];

    public static TheoryData<string, bool> Cuts => new() { { "statement", true }, { "statement", false }, { "EF Core", true }, { "EF Core", false } };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Cuts))]
    [Trait("SR", "SR-045")]
    public async Task A_redemption_happened_whole_or_not_at_all_and_whoever_comes_back_makes_no_second_token(string way, bool before)
    {
        await using var database = await WiredDatabase.StartAsync(way);
        var (wired, direct) = (database.Wired<IProtocolStore>(), database.Direct<IProtocolStore>());
        var committed = 0;
        var cuts = await database.AtEachCutAsync(
            before,
            async () =>
            {
                var family = NewFamily();
                var artifact = NewArtifact(family);
                await direct.StartAsync(family, [artifact], Ct);
                return (Artifact: artifact, Successors: new[] { NewArtifact(family), NewArtifact(family) }, Later: NewArtifact(family));
            },
            async given => Assert.True(await wired.TryRedeemAsync(given.Artifact, given.Successors, receipt, Now, Ct)),
            async given =>
            {
                var found = await direct.FindAsync(given.Artifact.Id, Ct);
                var spent = found!.SpentAt is not null;
                if (before) Assert.False(spent);
                if (spent) committed++;
                Assert.Equal(spent ? receipt : null, found.Receipt?.ToArray());
                foreach (var successor in given.Successors) Assert.Equal(spent, await direct.IsFoundAsync(successor));

                // It comes back, over a new line, with the token that it still has.
                Assert.Equal(!spent, await wired.TryRedeemAsync(found, [given.Later], receipt, Now, Ct));
                Assert.Equal(!spent, await direct.IsFoundAsync(given.Later));
            });
        Assert.True(cuts > 0);
        Assert.Equal(before ? 0 : 1, committed);
    }

    [Theory, MemberData(nameof(Cuts))]
    public async Task A_family_was_started_with_all_of_its_artifacts_or_not_at_all(string way, bool before)
    {
        await using var database = await WiredDatabase.StartAsync(way);
        var (wired, direct) = (database.Wired<IProtocolStore>(), database.Direct<IProtocolStore>());
        var cuts = await database.AtEachCutAsync(
            before,
            () =>
            {
                var family = NewFamily();
                return Task.FromResult((Family: family, Artifacts: new[] { NewArtifact(family), NewArtifact(family) }));
            },
            given => wired.StartAsync(given.Family, given.Artifacts, Ct).AsTask(),
            async given =>
            {
                var started = await direct.FindFamilyAsync(given.Family.Id, Ct) is not null;
                if (before) Assert.False(started);
                foreach (var artifact in given.Artifacts) Assert.Equal(started, await direct.IsFoundAsync(artifact));
            });
        Assert.True(cuts > 0);
    }

    [Theory, MemberData(nameof(Cuts))]
    public async Task A_revocation_may_be_asked_for_again_and_then_it_happened(string way, bool before)
    {
        await using var database = await WiredDatabase.StartAsync(way);
        var (wired, direct) = (database.Wired<IProtocolStore>(), database.Direct<IProtocolStore>());
        var cuts = await database.AtEachCutAsync(
            before,
            async () =>
            {
                var family = NewFamily();
                await direct.StartAsync(family, [], Ct);
                return family;
            },
            family => wired.RevokeFamilyAsync(family.Id, Now, Ct).AsTask(),
            async family =>
            {
                var first = (await direct.FindFamilyAsync(family.Id, Ct))!.RevokedAt;
                await wired.RevokeFamilyAsync(family.Id, Now.AddMinutes(1), Ct);
                Assert.Equal(first ?? Now.AddMinutes(1), (await direct.FindFamilyAsync(family.Id, Ct))!.RevokedAt);
            });
        Assert.True(cuts > 0);
    }

    [Theory, MemberData(nameof(Cuts))]
    public async Task A_proof_is_never_accepted_twice(string way, bool before)
    {
        await using var database = await WiredDatabase.StartAsync(way);
        var (wired, direct) = (database.Wired<IProtocolStore>(), database.Direct<IProtocolStore>());
        var cuts = await database.AtEachCutAsync(
            before,
            () => Task.FromResult($"jti {Guid.CreateVersion7()}"),
            async key => Assert.True(await wired.TryRememberAsync(key, Now.AddMinutes(5), Ct)),
            async key =>
            {
                // Nobody was told yes, so a second try may be; but not two.
                bool[] accepted = [await wired.TryRememberAsync(key, Now.AddMinutes(5), Ct), await direct.TryRememberAsync(key, Now.AddMinutes(5), Ct)];
                Assert.True(accepted.Count(yes => yes) <= 1);
                if (before) Assert.True(accepted[0]);
            });
        Assert.True(cuts > 0);
    }

    [Theory, MemberData(nameof(Cuts))]
    public async Task A_failure_is_counted_once_or_not_at_all(string way, bool before)
    {
        await using var database = await WiredDatabase.StartAsync(way);
        var (wired, direct) = (database.Wired<IAttemptStore>(), database.Direct<IAttemptStore>());
        await wired.AddFailureAsync(["a", "b"], Now, Now, Ct);
        var cuts = await database.AtEachCutAsync(
            before,
            () => Task.FromResult(new[] { $"user {Guid.CreateVersion7()}", $"address {Guid.CreateVersion7()}" }),
            keys => wired.AddFailureAsync(keys, Now, Now, Ct).AsTask(),
            async keys =>
            {
                var counts = (await direct.AddFailureAsync(keys, Now, Now, Ct)).Select(count => count.Failures).Distinct();
                Assert.InRange(Assert.Single(counts), 1, before ? 1 : 2);
            });
        Assert.True(cuts > 0);
    }

    [Theory, MemberData(nameof(Cuts))]
    public async Task A_client_was_changed_with_its_secrets_and_its_version_or_not_at_all(string way, bool before)
    {
        await using var database = await WiredDatabase.StartAsync(way);
        var (wired, direct) = (database.Wired<IClientStore>(), database.Direct<IClientStore>());
        var version = 0L;
        ClientSecret Secret(string id) => new(id, "sha256", new byte[32], Now, null);
        var cuts = await database.AtEachCutAsync(
            before,
            async () =>
            {
                var client = new Client { Id = $"client-{Guid.CreateVersion7():N}", Name = "old", Secrets = [Secret("one"), Secret("two")], CreatedAt = Now };
                Assert.True(await direct.TryCreateAsync(client, Ct));
                version = await direct.ReadVersionAsync(Ct);
                return client;
            },
            async client => Assert.True(await wired.TryUpdateAsync(client with { Name = "new", Secrets = [Secret("three")] }, Ct)),
            async client =>
            {
                var found = await direct.FindAsync(client.Id, Ct);
                var changed = found!.Name == "new";
                if (before) Assert.False(changed);
                Assert.Equal(changed ? ["three"] : ["one", "two"], found.Secrets.Select(secret => secret.Id).Order());
                Assert.Equal(changed, await direct.ReadVersionAsync(Ct) > version);
            });
        Assert.True(cuts > 0);
    }

    /// <summary>"No such token" would sign an honest user out because a cable was pulled.</summary>
    [Theory, MemberData(nameof(WiredDatabase.Ways), MemberType = typeof(WiredDatabase))]
    public async Task What_cannot_be_asked_is_an_outage_and_never_an_answer(string way)
    {
        await using var database = await WiredDatabase.StartAsync(way);
        var store = database.Wired<IProtocolStore>();
        var family = NewFamily();
        var artifact = NewArtifact(family);
        await database.Direct<IProtocolStore>().StartAsync(family, [artifact], Ct);

        database.Wire.IsDown = true;
        Func<Task>[] questions =
        [
            async () => await store.FindAsync(artifact.Id, Ct),
            async () => await store.FindFamilyAsync(family.Id, Ct),
            async () => await store.StartAsync(NewFamily(), [], Ct),
            async () => await store.TryRedeemAsync(artifact, [NewArtifact(family)], receipt, Now, Ct),
            async () => await store.TryUpdateAsync(artifact, "{}", Ct),
            async () => await store.RevokeFamilyAsync(family.Id, Now, Ct),
            async () => await store.RevokeFamiliesAsync("alice", null, Now, Ct),
            async () => await store.TryRememberAsync("jti", Now, Ct),
            async () => await store.SweepAsync(Now, 10, Ct),
            async () => await database.Wired<IClientStore>().FindAsync("client", Ct),
            async () => await database.Wired<IAttemptStore>().AddFailureAsync(["user"], Now, Now, Ct),
        ];
        foreach (var question in questions) Assert.NotNull(await Record.ExceptionAsync(question));

        database.Wire.IsDown = false;
        Assert.True(await store.TryRedeemAsync((await store.FindAsync(artifact.Id, Ct))!, [], receipt, Now, Ct));
    }
}
