using Xunit;

namespace Gatehouse.Storage.Contract;

public abstract partial class ProtocolStoreContract
{
    /// <summary>A user approves a device; the poll that follows sees it.</summary>
    [Fact]
    public async Task Updating_replaces_the_payload_and_nothing_else()
    {
        var (_, artifact) = await StartedAsync();
        Assert.True(await Store.TryUpdateAsync(artifact, """{"approved":"é"}""", Ct));
        AssertSame(artifact with { Payload = """{"approved":"é"}""" }, await OtherNode.FindAsync(artifact.Id, Ct));
    }

    /// <summary>A poll that slows down each time.</summary>
    [Fact]
    public async Task An_artifact_is_updated_as_often_as_what_was_seen_is_current()
    {
        var (_, artifact) = await StartedAsync();
        for (var i = 0; i < 5; i++)
            Assert.True(await NodeOf(i).TryUpdateAsync(await FoundAsync(artifact.Id), $"{{\"n\":{i}}}", Ct));
    }

    /// <summary>Deny must not overwrite an approval that it never saw.</summary>
    [Fact]
    public async Task An_update_of_what_has_changed_since_is_lost()
    {
        var (_, artifact) = await StartedAsync();
        Assert.True(await Store.TryUpdateAsync(artifact, """{"approved":true}""", Ct));
        Assert.False(await OtherNode.TryUpdateAsync(artifact, """{"approved":false}""", Ct));
        Assert.Equal("""{"approved":true}""", (await FoundAsync(artifact.Id)).Payload);
    }

    /// <summary>What was exchanged is history.</summary>
    [Fact]
    public async Task What_is_spent_is_not_updated()
    {
        var (_, artifact) = await StartedAsync();
        Assert.True(await Store.TryRedeemAsync(artifact, [], receipt, Now, Ct));
        Assert.False(await Store.TryUpdateAsync(artifact, """{"late":1}""", Ct));
        AssertSame(artifact with { SpentAt = Now, Receipt = receipt }, await Store.FindAsync(artifact.Id, Ct));
    }

    /// <summary>A family that has ended takes no more answers.</summary>
    [Fact]
    public async Task An_artifact_of_a_revoked_family_is_not_updated()
    {
        var (family, artifact) = await StartedAsync();
        await Store.RevokeFamilyAsync(family.Id, Now, Ct);
        Assert.False(await OtherNode.TryUpdateAsync(artifact, """{"late":1}""", Ct));
    }

    /// <summary>It was swept since.</summary>
    [Fact]
    public async Task An_unknown_artifact_is_not_updated() =>
        Assert.False(await Store.TryUpdateAsync(NewArtifact(NewFamily()), """{"late":1}""", Ct));

    /// <summary>Approve and deny, pressed at once in two windows: one of them happened.</summary>
    [Fact]
    public async Task An_artifact_is_updated_once_however_many_saw_the_same()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (_, artifact) = await StartedAsync();
            var won = await RaceAsync(async caller => await NodeOf(caller).TryUpdateAsync(artifact, $"{{\"n\":{caller}}}", Ct));
            Assert.Single(won, true);
            Assert.Equal($"{{\"n\":{Array.IndexOf(won, true)}}}", (await FoundAsync(artifact.Id)).Payload);
        }
    }

    /// <summary>An update that says that it won is seen; one that lost is not; whatever is redeemed meanwhile.</summary>
    [Fact]
    public async Task An_update_beside_a_redemption_is_either_seen_or_lost()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (_, artifact) = await StartedAsync();
            var won = await RaceAsync(async caller => caller < Callers / 2
                ? await NodeOf(caller).TryUpdateAsync(artifact, $"{{\"n\":{caller}}}", Ct)
                : await NodeOf(caller).TryRedeemAsync(artifact, [], null, Now, Ct));
            Assert.Single(won[(Callers / 2)..], true);
            var updated = Array.IndexOf(won[..(Callers / 2)], true);
            var found = await FoundAsync(artifact.Id);
            Assert.Equal(updated < 0 ? artifact.Payload : $"{{\"n\":{updated}}}", found.Payload);
            Assert.Equal(Now, found.SpentAt);
        }
    }
}
