using Xunit;

namespace Gatehouse.Storage.Contract;

public abstract partial class ProtocolStoreContract
{
    /// <summary>One write ends every token of an authorization, on every node, at once.</summary>
    [Fact]
    public async Task Nothing_of_a_revoked_family_is_found_but_the_family_itself()
    {
        var family = NewFamily();
        Artifact[] artifacts = [NewArtifact(family), NewArtifact(family)];
        await Store.StartAsync(family, artifacts, Ct);
        await Store.RevokeFamilyAsync(family.Id, Now.AddMilliseconds(3), Ct);
        await AssertNotFoundAsync(artifacts);
        Assert.Equal(family with { RevokedAt = Now.AddMilliseconds(3) }, await OtherNode.FindFamilyAsync(family.Id, Ct));
    }

    /// <summary>When it ended is a fact; a second request does not change it.</summary>
    [Fact]
    public async Task Revoking_twice_keeps_the_first_time()
    {
        var (family, _) = await StartedAsync();
        await Store.RevokeFamilyAsync(family.Id, Now, Ct);
        await OtherNode.RevokeFamilyAsync(family.Id, Now.AddMinutes(1), Ct);
        Assert.Equal(Now, (await Store.FindFamilyAsync(family.Id, Ct))?.RevokedAt);
    }

    /// <summary>Signing out of one device leaves the others signed in.</summary>
    [Fact]
    public async Task Revoking_a_family_leaves_the_others_alone()
    {
        var (family, _) = await StartedAsync();
        var (other, artifact) = await StartedAsync();
        await Store.RevokeFamilyAsync(family.Id, Now, Ct);
        AssertSame(artifact, await Store.FindAsync(artifact.Id, Ct));
        Assert.Null((await Store.FindFamilyAsync(other.Id, Ct))?.RevokedAt);
    }

    /// <summary>Swept, or never there: ended all the same.</summary>
    [Fact]
    public async Task Revoking_an_unknown_family_is_no_failure() =>
        await Store.RevokeFamilyAsync(Guid.CreateVersion7(), Now, Ct);

    /// <summary>Sign out everywhere; a client is removed; a user withdraws consent: each ends its own families and counts them.</summary>
    [Theory]
    [InlineData(true, false, new[] { 0, 1 })]
    [InlineData(false, true, new[] { 0, 2 })]
    [InlineData(true, true, new[] { 0 })]
    public async Task Revoking_many_ends_those_of_the_subject_and_the_client_and_says_how_many(bool bySubject, bool byClient, int[] ended)
    {
        string alice = NewName("alice"), app = NewName("app");
        Family[] families = [NewFamily(alice, app), NewFamily(alice), NewFamily("bob", app), NewFamily(alice.ToUpperInvariant(), app.ToUpperInvariant()), NewFamily(null)];
        var artifacts = families.Select(family => NewArtifact(family)).ToList();
        for (var i = 0; i < families.Length; i++) await Store.StartAsync(families[i], [artifacts[i]], Ct);

        Assert.Equal(ended.Length, await Store.RevokeFamiliesAsync(bySubject ? alice : null, byClient ? app : null, Now, Ct));
        for (var i = 0; i < families.Length; i++)
        {
            Assert.Equal(ended.Contains(i), await OtherNode.FindAsync(artifacts[i].Id, Ct) is null);
            Assert.Equal(ended.Contains(i) ? Now : null, (await Store.FindFamilyAsync(families[i].Id, Ct))?.RevokedAt);
        }
    }

    /// <summary>The count is of those that it ended, not of those that had ended.</summary>
    [Fact]
    public async Task Revoking_many_twice_ends_none_the_second_time_and_keeps_the_first_time()
    {
        var alice = NewName("alice");
        var families = Enumerable.Range(0, 100).Select(_ => NewFamily(alice)).ToList();
        foreach (var family in families) await Store.StartAsync(family, [], Ct);
        Assert.Equal(100, await Store.RevokeFamiliesAsync(alice, null, Now, Ct));
        Assert.Equal(0, await OtherNode.RevokeFamiliesAsync(alice, null, Now.AddMinutes(1), Ct));
        foreach (var family in families) Assert.Equal(Now, (await Store.FindFamilyAsync(family.Id, Ct))?.RevokedAt);
    }

    /// <summary>A filter that somebody forgot to fill in must not sign everybody out.</summary>
    [Fact]
    public async Task Revoking_many_without_a_subject_or_a_client_throws_and_ends_none()
    {
        var (_, artifact) = await StartedAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.RevokeFamiliesAsync(null, null, Now, Ct));
        AssertSame(artifact, await Store.FindAsync(artifact.Id, Ct));
    }

    /// <summary>A refresh that runs while the user signs out: whoever is first, no token survives.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_redemption_that_races_with_a_revocation_leaves_no_successor_that_is_found(bool bySubject)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var alice = NewName("alice");
            var (family, artifact) = await StartedAsync(alice);
            var successors = await RaceAsync(async caller =>
            {
                var successor = NewArtifact(family);
                if (caller != round % Callers) await NodeOf(caller).TryRedeemAsync(artifact, [successor], receipt, Now, Ct);
                else if (bySubject) await NodeOf(caller).RevokeFamiliesAsync(alice, null, Now, Ct);
                else await NodeOf(caller).RevokeFamilyAsync(family.Id, Now, Ct);
                return successor;
            });
            await AssertNotFoundAsync([artifact, .. successors]);
        }
    }

    /// <summary>Two requests that end the same family, and a hundred that do, are one end.</summary>
    [Fact]
    public async Task A_family_that_many_revoke_at_once_ends_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var alice = NewName("alice");
            var (family, _) = await StartedAsync(alice);
            var ended = await RaceAsync(async caller => await NodeOf(caller).RevokeFamiliesAsync(alice, family.ClientId, Now.AddMilliseconds(caller), Ct));
            Assert.Equal(1, ended.Sum());
            Assert.Equal(Now.AddMilliseconds(Array.IndexOf(ended, 1)), (await Store.FindFamilyAsync(family.Id, Ct))?.RevokedAt);
        }
    }
}
