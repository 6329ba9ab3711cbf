using Xunit;

namespace Gatehouse.Storage.Contract;

public abstract partial class ProtocolStoreContract
{
    private static readonly byte[] receipt = [0, 1, 2, 0xFF, 0];

    /// <summary>One transition: the artifact is spent, says when and for what, and its successors are found.</summary>
    [Fact]
    public async Task Redeeming_spends_the_artifact_and_stores_its_successors_and_its_receipt()
    {
        var (family, artifact) = await StartedAsync();
        Artifact[] successors = [NewArtifact(family, """{"n":1}"""), NewArtifact(family, """{"n":2}""") with { Kind = "access_token" }];
        Assert.True(await Store.TryRedeemAsync(artifact, successors, receipt, Now.AddMilliseconds(7), Ct));
        foreach (var node in new[] { Store, OtherNode })
        {
            AssertSame(artifact with { SpentAt = Now.AddMilliseconds(7), Receipt = receipt }, await node.FindAsync(artifact.Id, Ct));
            foreach (var successor in successors) AssertSame(successor, await node.FindAsync(successor.Id, Ct));
        }
    }

    /// <summary>Revoking one access token alone spends it and puts nothing in its place.</summary>
    [Fact]
    public async Task Redeeming_may_leave_neither_successors_nor_a_receipt()
    {
        var (_, artifact) = await StartedAsync();
        Assert.True(await Store.TryRedeemAsync(artifact, [], null, Now, Ct));
        AssertSame(artifact with { SpentAt = Now }, await Store.FindAsync(artifact.Id, Ct));
    }

    /// <summary>A client may wait a day before it refreshes again, and then once more: each successor is redeemed like the first.</summary>
    [Fact]
    public async Task A_successor_is_redeemed_like_its_predecessor()
    {
        var (family, artifact) = await StartedAsync();
        for (var i = 0; i < 5; i++)
        {
            var successor = NewArtifact(family);
            Assert.True(await NodeOf(i).TryRedeemAsync(artifact, [successor], receipt, Now.AddDays(i), Ct));
            artifact = await FoundAsync(successor.Id);
        }
    }

    /// <summary>A receipt holds a whole token response.</summary>
    [Fact]
    public async Task A_receipt_of_16_kilobytes_is_found_as_it_was_left()
    {
        var (_, artifact) = await StartedAsync();
        var large = new byte[16 * 1024];
        for (var i = 0; i < large.Length; i++) large[i] = (byte)i;
        Assert.True(await Store.TryRedeemAsync(artifact, [], large, Now, Ct));
        AssertSame(artifact with { SpentAt = Now, Receipt = large }, await Store.FindAsync(artifact.Id, Ct));
    }

    /// <summary>The second caller gets nothing, changes nothing, and leaves nothing behind.</summary>
    [Fact, Trait("SR", "SR-045")]
    public async Task What_is_spent_is_not_redeemed_again()
    {
        var (family, artifact) = await StartedAsync();
        Assert.True(await Store.TryRedeemAsync(artifact, [], receipt, Now, Ct));
        var successor = NewArtifact(family);
        Assert.False(await Store.TryRedeemAsync(artifact, [successor], new byte[] { 9 }, Now.AddSeconds(1), Ct));
        Assert.False(await OtherNode.TryRedeemAsync(await FoundAsync(artifact.Id), [successor], null, Now.AddSeconds(1), Ct));
        AssertSame(artifact with { SpentAt = Now, Receipt = receipt }, await Store.FindAsync(artifact.Id, Ct));
        await AssertNotFoundAsync(successor);
    }

    /// <summary>An artifact expires on the clock, to the millisecond: one before, it can be redeemed.</summary>
    [Fact]
    public async Task An_artifact_is_redeemed_until_the_millisecond_before_it_expires()
    {
        var (_, artifact) = await StartedAsync(expiresAt: Now.AddMinutes(1));
        Assert.True(await Store.TryRedeemAsync(artifact, [], null, artifact.ExpiresAt.AddMilliseconds(-1), Ct));
    }

    /// <summary>A grant checks the expiry when it reads, and a lock or a slow key may lie between that and the redemption: so the store checks it again.</summary>
    [Theory, Trait("SR", "SR-047")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60_000)]
    public async Task An_artifact_is_not_redeemed_from_the_millisecond_of_its_expiry(int after)
    {
        var (family, artifact) = await StartedAsync(expiresAt: Now.AddMinutes(1));
        var successor = NewArtifact(family);
        Assert.False(await Store.TryRedeemAsync(artifact, [successor], receipt, artifact.ExpiresAt.AddMilliseconds(after), Ct));
        AssertSame(artifact, await Store.FindAsync(artifact.Id, Ct));
        await AssertNotFoundAsync(successor);
    }

    /// <summary>It was swept between the read and the redemption.</summary>
    [Fact]
    public async Task An_unknown_artifact_is_not_redeemed()
    {
        var (family, _) = await StartedAsync();
        var successor = NewArtifact(family);
        Assert.False(await Store.TryRedeemAsync(NewArtifact(family), [successor], null, Now, Ct));
        await AssertNotFoundAsync(successor);
    }

    /// <summary>Logged out between the read and the redemption.</summary>
    [Fact]
    public async Task An_artifact_of_a_revoked_family_is_not_redeemed()
    {
        var (family, artifact) = await StartedAsync();
        await OtherNode.RevokeFamilyAsync(family.Id, Now, Ct);
        var successor = NewArtifact(family);
        Assert.False(await Store.TryRedeemAsync(artifact, [successor], receipt, Now, Ct));
        await AssertNotFoundAsync(artifact, successor);
    }

    /// <summary>Or neither: if the second half fails, the first did not happen, and the client may try again.</summary>
    [Fact]
    public async Task A_redemption_that_cannot_store_its_successors_throws_and_spends_nothing()
    {
        var (_, taken) = await StartedAsync();
        var (family, artifact) = await StartedAsync();
        var successor = NewArtifact(family);
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.TryRedeemAsync(artifact, [successor, NewArtifact(family) with { Id = taken.Id }], receipt, Now, Ct));
        AssertSame(artifact, await Store.FindAsync(artifact.Id, Ct));
        AssertSame(taken, await Store.FindAsync(taken.Id, Ct));
        await AssertNotFoundAsync(successor);
        Assert.True(await Store.TryRedeemAsync(artifact, [successor], receipt, Now, Ct));
    }

    /// <summary>The defect that this interface exists to rule out: find, check and update as separate steps let several callers win.</summary>
    [Fact, Trait("SR", "SR-045")]
    public async Task An_artifact_is_redeemed_once_however_many_ask_and_the_losers_leave_nothing()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (family, artifact) = await StartedAsync();
            var callers = await RaceAsync(async caller =>
            {
                Artifact[] successors = [NewArtifact(family, $"{{\"n\":{caller}}}"), NewArtifact(family)];
                var mark = new[] { (byte)caller };
                return (Won: await NodeOf(caller).TryRedeemAsync(artifact, successors, mark, Now.AddMilliseconds(caller), Ct), Successors: successors, Caller: caller);
            });
            var winner = Assert.Single(callers, caller => caller.Won);
            AssertSame(artifact with { SpentAt = Now.AddMilliseconds(winner.Caller), Receipt = new[] { (byte)winner.Caller } }, await Store.FindAsync(artifact.Id, Ct));
            foreach (var successor in winner.Successors) AssertSame(successor, await Store.FindAsync(successor.Id, Ct));
            await AssertNotFoundAsync(callers.Where(caller => !caller.Won).SelectMany(caller => caller.Successors));
        }
    }

    /// <summary>The other side of exactness: strangers do not make each other fail.</summary>
    [Fact]
    public async Task Callers_who_redeem_different_artifacts_all_win()
    {
        var started = new List<(Family Family, Artifact Artifact)>();
        for (var i = 0; i < Callers; i++) started.Add(await StartedAsync());
        var won = await RaceAsync(async caller =>
            await NodeOf(caller).TryRedeemAsync(started[caller].Artifact, [NewArtifact(started[caller].Family)], receipt, Now, Ct));
        Assert.All(won, Assert.True);
    }
}
