using Xunit;

namespace Gatehouse.Storage.Contract;

public abstract partial class ProtocolStoreContract
{
    /// <summary>What a user sees on the page of connected apps, and what signing out looks for.</summary>
    [Fact]
    public async Task A_family_is_found_with_its_session_and_its_scope()
    {
        var family = NewFamily(NewName("alice")) with { SessionId = NewName("sid-é"), Scope = "openid notes.read" };
        await Store.StartAsync(family, [NewArtifact(family)], Ct);
        Assert.Equal(family, await OtherNode.FindFamilyAsync(family.Id, Ct));
    }

    /// <summary>Signing out in one browser ends what depends on it: not what outlives the session, and not what belongs to another one.</summary>
    [Fact]
    public async Task Revoking_a_session_ends_its_families_and_no_other_and_says_how_many()
    {
        string alice = NewName("alice"), sid = NewName("sid");
        Family[] families =
        [
            NewFamily(alice, "one") with { SessionId = sid }, NewFamily(alice, "two") with { SessionId = sid }, NewFamily(alice, "offline"),
            NewFamily(alice, "one") with { SessionId = NewName("sid") }, NewFamily(alice, "one") with { SessionId = sid.ToUpperInvariant() },
        ];
        foreach (var family in families) await Store.StartAsync(family, [], Ct);
        Assert.Equal(2, await OtherNode.RevokeSessionAsync(sid, Now, Ct));
        Assert.Equal(0, await Store.RevokeSessionAsync(sid, Now.AddMinutes(1), Ct));
        for (var i = 0; i < families.Length; i++) Assert.Equal(i < 2 ? Now : null, (await Store.FindFamilyAsync(families[i].Id, Ct))?.RevokedAt);
    }

    /// <summary>"Sign out everywhere else" keeps this browser, and nothing that outlives sessions.</summary>
    [Fact]
    public async Task Revoking_all_but_a_session_leaves_its_families_and_those_of_others_and_says_how_many()
    {
        string alice = NewName("alice"), sid = NewName("sid");
        Family[] kept = [NewFamily(alice, "one") with { SessionId = sid }, NewFamily(NewName("bob")), NewFamily(null) with { SessionId = NewName("sid") }];
        Family[] ended = [NewFamily(alice, "one"), NewFamily(alice, "two") with { SessionId = NewName("sid") }, NewFamily(alice, "two") with { SessionId = sid.ToUpperInvariant() }];
        foreach (var family in kept.Concat(ended)) await Store.StartAsync(family, [], Ct);
        Assert.Equal(3, await OtherNode.RevokeFamiliesExceptAsync(alice, sid, Now, Ct));
        Assert.Equal(0, await Store.RevokeFamiliesExceptAsync(alice, sid, Now.AddMinutes(1), Ct));
        foreach (var family in kept) Assert.Null((await Store.FindFamilyAsync(family.Id, Ct))?.RevokedAt);
        foreach (var family in ended) Assert.Equal(Now, (await Store.FindFamilyAsync(family.Id, Ct))?.RevokedAt);
    }

    /// <summary>A refresh that runs while the user signs out.</summary>
    [Fact]
    public async Task A_redemption_that_races_with_the_end_of_its_session_leaves_no_successor_that_is_found()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var family = NewFamily() with { SessionId = NewName("sid") };
            var artifact = NewArtifact(family);
            await Store.StartAsync(family, [artifact], Ct);
            artifact = await FoundAsync(artifact.Id);
            var successors = await RaceAsync(async caller =>
            {
                var successor = NewArtifact(family);
                if (caller == round % Callers) await NodeOf(caller).RevokeSessionAsync(family.SessionId!, Now, Ct);
                else await NodeOf(caller).TryRedeemAsync(artifact, [successor], receipt, Now, Ct);
                return successor;
            });
            await AssertNotFoundAsync([artifact, .. successors]);
        }
    }

    /// <summary>Nodes report what they saw late and in any order: the latest time stands.</summary>
    [Fact]
    public async Task The_last_use_of_a_family_only_moves_forward()
    {
        var (family, other) = (NewFamily(), NewFamily());
        await Store.StartAsync(family, [], Ct);
        await Store.StartAsync(other, [], Ct);
        await Store.RecordUseAsync([new(other.Id, Now), new(Guid.CreateVersion7(), Now), new(family.Id, Now.AddMinutes(2))], Ct);
        await OtherNode.RecordUseAsync([new(family.Id, Now.AddMinutes(1))], Ct);
        await Store.RecordUseAsync([], Ct);
        Assert.Equal(family with { LastUsedAt = Now.AddMinutes(2) }, await OtherNode.FindFamilyAsync(family.Id, Ct));
        Assert.Equal(other with { LastUsedAt = Now }, await OtherNode.FindFamilyAsync(other.Id, Ct));
    }
}
