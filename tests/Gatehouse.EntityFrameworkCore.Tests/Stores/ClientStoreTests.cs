using Gatehouse.Clients;
using Gatehouse.Storage.Contract;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteClientStoreTests(SqliteDatabase database) : ClientStoreContract, IClassFixture<SqliteDatabase>
{
    protected override ValueTask<IClientStore> CreateAsync() => new(database.Node<IClientStore>());

    protected override ValueTask<IClientStore> CreateOtherNodeAsync(IClientStore store) => new(database.OtherNode<IClientStore>());
}

public sealed class PostgreSqlClientStoreTests(PostgreSqlDatabase database) : ClientStoreContract, IClassFixture<PostgreSqlDatabase>
{
    protected override ValueTask<IClientStore> CreateAsync() => new(database.Node<IClientStore>());

    protected override ValueTask<IClientStore> CreateOtherNodeAsync(IClientStore store) => new(database.OtherNode<IClientStore>());
}

public sealed class AppSqliteClientStoreTests(AppSqliteDatabase database) : ClientStoreContract, IClassFixture<AppSqliteDatabase>
{
    protected override ValueTask<IClientStore> CreateAsync() => new(database.Node<IClientStore>());

    protected override ValueTask<IClientStore> CreateOtherNodeAsync(IClientStore store) => new(database.OtherNode<IClientStore>());
}

public sealed class AppPostgreSqlClientStoreTests(AppPostgreSqlDatabase database) : ClientStoreContract, IClassFixture<AppPostgreSqlDatabase>
{
    protected override ValueTask<IClientStore> CreateAsync() => new(database.Node<IClientStore>());

    protected override ValueTask<IClientStore> CreateOtherNodeAsync(IClientStore store) => new(database.OtherNode<IClientStore>());
}
