using Gatehouse.Keys;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteKeyStoreTests() : KeyStoreRules(() => TestDatabase.SqliteAsync());

public sealed class PostgreSqlKeyStoreTests() : KeyStoreRules(() => TestDatabase.PostgreSqlAsync());

public abstract class KeyStoreRules : StoreRules<IKeyStore>
{
    private protected KeyStoreRules(Func<Task<TestDatabase>> open) : base(open) { }

    [Fact]
    public async Task A_key_comes_back_whole()
    {
        var key = Key("k", seconds: 5);
        Assert.True(await Store.TryAddAsync(key, null, Ct));
        var found = Assert.Single(await Store.ListAsync(Ct));
        Assert.Equal((key.Id, key.Algorithm, key.PublicKey, key.CreatedAt), (found.Id, found.Algorithm, found.PublicKey, found.CreatedAt));
        Assert.Equal(key.SealedPrivateKey.ToArray(), found.SealedPrivateKey.ToArray());
    }

    [Fact]
    public async Task Of_many_nodes_that_make_the_first_key_one_is_first()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () => await Store.TryAddAsync(Key($"k{i}"), null, Ct))));
        Assert.Single(wins, won => won);
        Assert.Single(await Store.ListAsync(Ct));
    }

    [Fact]
    public async Task A_key_follows_only_the_newest()
    {
        await Store.TryAddAsync(Key("first"), null, Ct);
        Assert.False(await Store.TryAddAsync(Key("late"), null, Ct));
        Assert.False(await Store.TryAddAsync(Key("lost"), "never stored", Ct));
        Assert.True(await Store.TryAddAsync(Key("second"), "first", Ct));
        Assert.False(await Store.TryAddAsync(Key("also second"), "first", Ct));
    }

    [Fact]
    public async Task The_order_is_the_order_of_adding_even_if_a_clock_was_wrong()
    {
        await Store.TryAddAsync(Key("first", seconds: 100), null, Ct);
        await Store.TryAddAsync(Key("second", seconds: 1), "first", Ct);
        Assert.Equal(["first", "second"], (await Store.ListAsync(Ct)).Select(key => key.Id));
    }

    private static StoredKey Key(string id, int seconds = 0) =>
        new(id, "ES256", $$"""{"kid":"{{id}}"}""", new byte[] { 1, 2, 3 }, DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000 + seconds));
}
