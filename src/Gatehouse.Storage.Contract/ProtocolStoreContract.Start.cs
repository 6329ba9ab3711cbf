using Xunit;

namespace Gatehouse.Storage.Contract;

public abstract partial class ProtocolStoreContract
{
    /// <summary>What is found is what was stored, to the character and the millisecond: a payload is compared when it is updated, and JSON that was tidied up is another text.</summary>
    [Theory]
    [InlineData("{}", "alice")]
    [InlineData("{}", null)]
    [InlineData("""{ "b":1,  "a":[ 1.0 ], "b":2 }""", "42")]
    [InlineData("""{"name":"Zoë 😀 \u0000 \" \\ ' % \r\n"}""", "zoë'; DROP TABLE artifacts; --")]
    public async Task An_artifact_is_found_as_it_was_stored(string payload, string? subject)
    {
        var family = NewFamily(subject, "https://client.example/é?x=1");
        var artifact = NewArtifact(family, payload, Now.AddMilliseconds(1));
        await Store.StartAsync(family, [artifact], Ct);
        AssertSame(artifact, await Store.FindAsync(artifact.Id, Ct));
        AssertSame(artifact, await OtherNode.FindAsync(artifact.Id, Ct));
        Assert.Equal(family, await Store.FindFamilyAsync(family.Id, Ct));
        Assert.Equal(family, await OtherNode.FindFamilyAsync(family.Id, Ct));
    }

    /// <summary>Claims and authorization details can be long.</summary>
    [Fact]
    public async Task A_payload_of_64_kilobytes_is_found_as_it_was_stored()
    {
        var family = NewFamily();
        var artifact = NewArtifact(family, $$"""{"long":"{{new string('ü', 32 * 1024)}}"}""");
        await Store.StartAsync(family, [artifact], Ct);
        AssertSame(artifact, await Store.FindAsync(artifact.Id, Ct));
    }

    /// <summary>A signed token has no artifact; it is revoked by its family.</summary>
    [Fact]
    public async Task A_family_may_start_without_artifacts()
    {
        var family = NewFamily();
        await Store.StartAsync(family, [], Ct);
        Assert.Equal(family, await Store.FindFamilyAsync(family.Id, Ct));
    }

    /// <summary>An access token and a refresh token are stored in one transition.</summary>
    [Fact]
    public async Task Each_artifact_of_a_new_family_is_found()
    {
        var family = NewFamily();
        Artifact[] artifacts = [NewArtifact(family), NewArtifact(family) with { Kind = "access_token" }, NewArtifact(family)];
        await Store.StartAsync(family, artifacts, Ct);
        foreach (var artifact in artifacts) AssertSame(artifact, await Store.FindAsync(artifact.Id, Ct));
    }

    /// <summary>Nothing is found under an id that was never given out.</summary>
    [Fact]
    public async Task An_unknown_id_finds_nothing()
    {
        Assert.Null(await Store.FindAsync(NewArtifact(NewFamily()).Id, Ct));
        Assert.Null(await Store.FindFamilyAsync(Guid.CreateVersion7(), Ct));
    }

    /// <summary>A token in other letters is another token; a collation that folds case would accept it.</summary>
    [Fact, Trait("SR", "SR-200")]
    public async Task An_id_in_other_letters_finds_nothing()
    {
        var family = NewFamily();
        var artifact = NewArtifact(family) with { Id = "aB" + Guid.CreateVersion7().ToString("N")[^10..] };
        await Store.StartAsync(family, [artifact], Ct);
        foreach (var other in new[] { artifact.Id.ToUpperInvariant(), artifact.Id.ToLowerInvariant(), artifact.Id + " ", artifact.Id[..^1] })
            Assert.Null(await Store.FindAsync(other, Ct));
    }

    /// <summary>An id that exists is never taken over: whose artifact would the next caller find?</summary>
    [Fact]
    public async Task Starting_with_an_artifact_id_that_exists_throws_and_leaves_nothing()
    {
        var (_, taken) = await StartedAsync();
        var family = NewFamily("mallory");
        Artifact first = NewArtifact(family), last = NewArtifact(family);
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.StartAsync(family, [first, NewArtifact(family) with { Id = taken.Id }, last], Ct));
        Assert.Null(await Store.FindFamilyAsync(family.Id, Ct));
        await AssertNotFoundAsync(first, last);
        AssertSame(taken, await Store.FindAsync(taken.Id, Ct));
    }

    /// <summary>The same, where both are new.</summary>
    [Fact]
    public async Task Starting_with_one_artifact_id_twice_throws_and_leaves_nothing()
    {
        var family = NewFamily();
        var artifact = NewArtifact(family);
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.StartAsync(family, [artifact, NewArtifact(family) with { Id = artifact.Id }], Ct));
        Assert.Null(await Store.FindFamilyAsync(family.Id, Ct));
        await AssertNotFoundAsync(artifact);
    }

    /// <summary>A family that exists gains nothing by being started again.</summary>
    [Fact]
    public async Task Starting_a_family_that_exists_throws_and_leaves_nothing()
    {
        var (family, _) = await StartedAsync();
        var artifact = NewArtifact(family);
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.StartAsync(family with { Subject = "mallory" }, [artifact], Ct));
        Assert.Equal(family, await Store.FindFamilyAsync(family.Id, Ct));
        await AssertNotFoundAsync(artifact);
    }

    /// <summary>Many users sign in at once, and nobody is told that the database is busy.</summary>
    [Fact]
    public async Task Callers_who_start_different_families_all_succeed()
    {
        var started = await RaceAsync(async caller =>
        {
            var family = NewFamily();
            var artifact = NewArtifact(family);
            await NodeOf(caller).StartAsync(family, [artifact], Ct);
            return artifact;
        });
        foreach (var artifact in started) AssertSame(artifact, await Store.FindAsync(artifact.Id, Ct));
    }
}
