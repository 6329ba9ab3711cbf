using Gatehouse.Keys;
using Gatehouse.Storage.Contract;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteKeyStoreTests() : KeyStoreRules(new SqliteDatabase());

public sealed class PostgreSqlKeyStoreTests() : KeyStoreRules(new PostgreSqlDatabase());

public sealed class AppSqliteKeyStoreTests() : KeyStoreRules(new AppSqliteDatabase());

public sealed class AppPostgreSqlKeyStoreTests() : KeyStoreRules(new AppPostgreSqlDatabase());

/// <summary>The contract of keys, which starts from an empty store each time, and what a database adds to it.</summary>
public abstract class KeyStoreRules : KeyStoreContract
{
    private readonly StoreDatabase database;

    private protected KeyStoreRules(StoreDatabase database) => this.database = database;

    [Fact]
    public async Task The_order_is_the_order_of_adding_even_if_a_clock_was_wrong()
    {
        var first = new StoredKey("first", "ES256", "{}", new byte[] { 1 }, Now, Now);
        Assert.True(await Store.TryAddAsync(first, null, Ct));
        Assert.True(await OtherNode.TryAddAsync(first with { Id = "second", CreatedAt = Now.AddHours(-1) }, "first", Ct));
        Assert.Equal(["first", "second"], (await Store.ListAsync(Ct)).Select(key => key.Id));
    }

    public override async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override ValueTask<IKeyStore> CreateAsync() => new(database.Node<IKeyStore>());

    protected override ValueTask<IKeyStore> CreateOtherNodeAsync(IKeyStore store) => new(database.OtherNode<IKeyStore>());
}
