using Gatehouse.Storage;
using Gatehouse.Storage.Contract;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteProtocolStoreTests(SqliteDatabase database) : ProtocolStoreContract, IClassFixture<SqliteDatabase>
{
    protected override ValueTask<IProtocolStore> CreateAsync() => new(database.Node<IProtocolStore>());

    protected override ValueTask<IProtocolStore> CreateOtherNodeAsync(IProtocolStore store) => new(database.OtherNode<IProtocolStore>());
}

public sealed class PostgreSqlProtocolStoreTests(PostgreSqlDatabase database) : ProtocolStoreContract, IClassFixture<PostgreSqlDatabase>
{
    protected override ValueTask<IProtocolStore> CreateAsync() => new(database.Node<IProtocolStore>());

    protected override ValueTask<IProtocolStore> CreateOtherNodeAsync(IProtocolStore store) => new(database.OtherNode<IProtocolStore>());
}

public sealed class AppSqliteProtocolStoreTests(AppSqliteDatabase database) : ProtocolStoreContract, IClassFixture<AppSqliteDatabase>
{
    protected override ValueTask<IProtocolStore> CreateAsync() => new(database.Node<IProtocolStore>());

    protected override ValueTask<IProtocolStore> CreateOtherNodeAsync(IProtocolStore store) => new(database.OtherNode<IProtocolStore>());
}

public sealed class AppPostgreSqlProtocolStoreTests(AppPostgreSqlDatabase database) : ProtocolStoreContract, IClassFixture<AppPostgreSqlDatabase>
{
    protected override ValueTask<IProtocolStore> CreateAsync() => new(database.Node<IProtocolStore>());

    protected override ValueTask<IProtocolStore> CreateOtherNodeAsync(IProtocolStore store) => new(database.OtherNode<IProtocolStore>());
}
