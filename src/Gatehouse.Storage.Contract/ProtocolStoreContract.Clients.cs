using Xunit;

namespace Gatehouse.Storage.Contract;

public abstract partial class ProtocolStoreContract
{
    /// <summary>The list is of what still works: nobody takes back what has ended.</summary>
    [Fact]
    public async Task The_clients_of_a_subject_that_hold_something_are_listed_and_no_other()
    {
        var alice = NewName("alice");
        var revoked = NewFamily(alice, "revoked");
        Family[] families =
        [
            NewFamily(alice, "one") with { Scope = "notes.read" }, revoked, NewFamily(alice, "expired") with { ExpiresAt = Now }, NewFamily(NewName("bob"), "bobs"),
            NewFamily(alice.ToUpperInvariant(), "another's"), NewFamily(null, "nobody's"), NewFamily(alice, "two"),
        ];
        foreach (var family in families) await Store.StartAsync(family, [], Ct);
        await Store.RevokeFamilyAsync(revoked.Id, Now, Ct);
        Assert.Equal([new("one", "notes.read", Now, null), new("two", "", Now, null)], await OtherNode.ListClientsAsync(alice, "", 100, Now, Ct));
        Assert.Empty(await Store.ListClientsAsync(NewName("nobody"), "", 100, Now, Ct));
    }

    /// <summary>A script that signs in each minute has a thousand families a day, and one line on the page.</summary>
    [Fact]
    public async Task A_client_is_listed_once_with_all_that_it_holds_however_many_families_that_are()
    {
        var alice = NewName("alice");
        string?[] scopes = ["openid notes.read", "notes.write openid", null, "notes.read"];
        Family[] families = [.. Enumerable.Range(0, 100).Select(i => NewFamily(alice) with { CreatedAt = Now.AddMinutes((i + 50) % 100), Scope = scopes[i % scopes.Length] })];
        foreach (var family in families) await Store.StartAsync(family, [], Ct);
        await Store.StartAsync(NewFamily(alice, "other"), [], Ct);
        await Store.RecordUseAsync([new(families[7].Id, Now.AddHours(3)), new(families[8].Id, Now.AddHours(5)), new(families[9].Id, Now.AddHours(4))], Ct);
        Assert.Equal([new("client", "notes.read notes.write openid", Now, Now.AddHours(5)), new("other", "", Now, null)], await OtherNode.ListClientsAsync(alice, "", 2, Now, Ct));
    }

    /// <summary>An order in which capitals and small letters mix, as databases have them for people, would lose those between two parts; so would a limit that counts anything but clients.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Clients_are_listed_in_parts_in_the_ordinal_order_of_their_ids_and_none_is_missed(int limit)
    {
        var alice = NewName("alice");
        string[] ids = ["B", "_", "a", "a-b", "aB", "ab", "b", "https://client.example/x", "~"];
        foreach (var id in ids.Reverse())
            foreach (var scope in new[] { "notes.read", "notes.write", null })
                await Store.StartAsync(NewFamily(alice, id) with { Scope = scope }, [], Ct);
        var seen = new List<ClientAccess>();
        for (IReadOnlyList<ClientAccess>? part = null; part is null || part.Count == limit;)
        {
            part = await OtherNode.ListClientsAsync(alice, seen.Count == 0 ? "" : seen[^1].ClientId, limit, Now, Ct);
            Assert.InRange(part.Count, 0, limit);
            seen.AddRange(part);
        }
        Assert.Equal(ids.Select(id => new ClientAccess(id, "notes.read notes.write", Now, null)), seen);
    }
}
