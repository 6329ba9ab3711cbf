using Gatehouse.Keys;
using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>The rules of <see cref="IKeyStore"/>. <see cref="StoreContract{TStore}.CreateAsync"/> must return a store without keys here.</summary>
public abstract class KeyStoreContract : StoreContract<IKeyStore>
{
    /// <summary>The private half is sealed bytes: they must come back as they went.</summary>
    [Fact]
    public async Task A_key_is_listed_as_it_was_stored()
    {
        Assert.Empty(await Store.ListAsync(Ct));
        var key = NewKey(0) with { SealedPrivateKey = new byte[] { 0, 1, 255, 0 } };
        Assert.True(await Store.TryAddAsync(key, null, Ct));
        AssertSame([key], await Store.ListAsync(Ct));
        AssertSame([key], await OtherNode.ListAsync(Ct));
    }

    /// <summary>All nodes must agree which key is the newest.</summary>
    [Fact]
    public async Task Keys_are_listed_oldest_first()
    {
        StoredKey[] keys = [NewKey(0), NewKey(1), NewKey(2)];
        for (var i = 0; i < keys.Length; i++) Assert.True(await NodeOf(i).TryAddAsync(keys[i], i == 0 ? null : keys[i - 1].Id, Ct));
        AssertSame(keys, await Store.ListAsync(Ct));
        AssertSame(keys, await OtherNode.ListAsync(Ct));
    }

    /// <summary>Whoever has not seen the newest key has not seen that another node already made it.</summary>
    [Fact]
    public async Task A_key_is_added_only_on_top_of_the_newest()
    {
        StoredKey first = NewKey(0), second = NewKey(1);
        Assert.False(await Store.TryAddAsync(first, "unknown", Ct));
        Assert.True(await Store.TryAddAsync(first, null, Ct));
        Assert.False(await OtherNode.TryAddAsync(second, null, Ct));
        Assert.True(await OtherNode.TryAddAsync(second, first.Id, Ct));
        Assert.False(await Store.TryAddAsync(NewKey(2), first.Id, Ct));
        AssertSame([first, second], await Store.ListAsync(Ct));
    }

    /// <summary>Ten nodes of a new deployment start at once: tokens that one signs must verify with the keys that another publishes.</summary>
    [Fact]
    public async Task Of_many_first_nodes_one_stores_its_key()
    {
        var added = await RaceAsync(async caller =>
        {
            var key = NewKey(caller);
            return await NodeOf(caller).TryAddAsync(key, null, Ct) ? key : null;
        });
        var winner = Assert.Single(added, key => key is not null);
        AssertSame([winner!], await Store.ListAsync(Ct));
        AssertSame([winner!], await OtherNode.ListAsync(Ct));
    }

    /// <summary>And later, when the key is due to change.</summary>
    [Fact]
    public async Task Of_many_nodes_that_see_the_same_newest_key_one_adds_the_next()
    {
        var newest = NewKey(0);
        Assert.True(await Store.TryAddAsync(newest, null, Ct));
        for (var round = 1; round <= Rounds; round++)
        {
            var seen = newest.Id;
            var added = await RaceAsync(async caller =>
            {
                var key = NewKey(round);
                return await NodeOf(caller).TryAddAsync(key, seen, Ct) ? key : null;
            });
            newest = Assert.Single(added, key => key is not null)!;
            Assert.Equal(round + 1, (await Store.ListAsync(Ct)).Count);
        }
    }

    /// <summary>An import that is repeated must not break the one that was first.</summary>
    [Fact]
    public async Task A_key_is_added_once()
    {
        StoredKey first = NewKey(0), second = NewKey(1);
        Assert.True(await Store.TryAddAsync(first, null, Ct));
        Assert.True(await Store.TryAddAsync(second, first.Id, Ct));
        Assert.False(await OtherNode.TryAddAsync(first with { CreatedAt = Now.AddHours(1) }, second.Id, Ct));
        AssertSame([first, second], await Store.ListAsync(Ct));
    }

    /// <summary>A key that leaked is out of use from one instant on, whoever else says so later.</summary>
    [Fact]
    public async Task A_key_is_retired_once_and_keeps_its_instant()
    {
        StoredKey key = NewKey(0), other = NewKey(1);
        Assert.True(await Store.TryAddAsync(key, null, Ct));
        Assert.True(await Store.TryAddAsync(other, key.Id, Ct));
        Assert.False(await Store.TryRetireAsync(NewName("unknown"), Now, Ct));
        var won = await RaceAsync(async caller => await NodeOf(caller).TryRetireAsync(key.Id, Now.AddSeconds(caller), Ct) ? Now.AddSeconds(caller) : (DateTimeOffset?)null);
        var at = Assert.Single(won, instant => instant is not null);
        AssertSame([key with { RetiredAt = at }, other], await Store.ListAsync(Ct));
        AssertSame([key with { RetiredAt = at }, other], await OtherNode.ListAsync(Ct));
    }

    /// <summary>The nodes see what was asked for, and a lesser wish never weakens a greater one.</summary>
    [Fact]
    public async Task What_was_asked_of_a_key_only_grows()
    {
        var key = NewKey(0);
        Assert.True(await Store.TryAddAsync(key, null, Ct));
        Assert.False(await Store.TryReplaceAsync(key.Id, KeyReplacement.None, Ct));
        Assert.False(await Store.TryReplaceAsync(NewName("unknown"), KeyReplacement.AtOnce, Ct));
        Assert.Single(await RaceAsync(async caller => await NodeOf(caller).TryReplaceAsync(key.Id, KeyReplacement.Planned, Ct)), won => won);
        Assert.True(await OtherNode.TryReplaceAsync(key.Id, KeyReplacement.AtOnce, Ct));
        Assert.False(await Store.TryReplaceAsync(key.Id, KeyReplacement.Planned, Ct));
        AssertSame([key with { Replacement = KeyReplacement.AtOnce }], await OtherNode.ListAsync(Ct));
        Assert.True(await Store.TryRetireAsync(key.Id, Now, Ct));
        Assert.False(await Store.TryReplaceAsync(key.Id, KeyReplacement.AtOnce, Ct));
    }

    /// <summary>And the keys after it keep their order.</summary>
    [Fact]
    public async Task A_key_is_removed_once_and_the_others_stay()
    {
        StoredKey[] keys = [NewKey(0), NewKey(1), NewKey(2)];
        for (var i = 0; i < keys.Length; i++) Assert.True(await Store.TryAddAsync(keys[i], i == 0 ? null : keys[i - 1].Id, Ct));
        Assert.Single(await RaceAsync(async caller => await NodeOf(caller).TryRemoveAsync(keys[0].Id, Ct)), won => won);
        AssertSame(keys[1..], await OtherNode.ListAsync(Ct));
        var next = NewKey(3);
        Assert.True(await Store.TryAddAsync(next, keys[2].Id, Ct));
        AssertSame([keys[1], keys[2], next], await OtherNode.ListAsync(Ct));
        foreach (var key in new[] { keys[1], keys[2], next }) Assert.True(await Store.TryRemoveAsync(key.Id, Ct));
        Assert.Empty(await OtherNode.ListAsync(Ct));
        Assert.True(await Store.TryAddAsync(keys[0], null, Ct));
    }

    private StoredKey NewKey(int minutes) =>
        new(NewName("kid"), "ES256", """{"kty":"EC","crv":"P-256"}""", new byte[] { 1, 2, 3 }, Now.AddMinutes(minutes), Now.AddMinutes(minutes).AddDays(1));

    private static void AssertSame(IEnumerable<StoredKey> expected, IEnumerable<StoredKey> actual)
    {
        Assert.Equal(expected.Select(Describe), actual.Select(Describe));

        static (StoredKey, string) Describe(StoredKey key) => (key with { SealedPrivateKey = default }, Convert.ToHexString(key.SealedPrivateKey.Span));
    }
}
