using Gatehouse.Storage.Contract;
using Gatehouse.Throttling;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteAttemptStoreTests(SqliteDatabase database) : AttemptStoreContract, IClassFixture<SqliteDatabase>
{
    protected override ValueTask<IAttemptStore> CreateAsync() => new(database.Node<IAttemptStore>());

    protected override ValueTask<IAttemptStore> CreateOtherNodeAsync(IAttemptStore store) => new(database.OtherNode<IAttemptStore>());
}

public sealed class PostgreSqlAttemptStoreTests(PostgreSqlDatabase database) : AttemptStoreContract, IClassFixture<PostgreSqlDatabase>
{
    protected override ValueTask<IAttemptStore> CreateAsync() => new(database.Node<IAttemptStore>());

    protected override ValueTask<IAttemptStore> CreateOtherNodeAsync(IAttemptStore store) => new(database.OtherNode<IAttemptStore>());
}

public sealed class AppSqliteAttemptStoreTests(AppSqliteDatabase database) : AttemptStoreContract, IClassFixture<AppSqliteDatabase>
{
    protected override ValueTask<IAttemptStore> CreateAsync() => new(database.Node<IAttemptStore>());

    protected override ValueTask<IAttemptStore> CreateOtherNodeAsync(IAttemptStore store) => new(database.OtherNode<IAttemptStore>());
}

public sealed class AppPostgreSqlAttemptStoreTests(AppPostgreSqlDatabase database) : AttemptStoreContract, IClassFixture<AppPostgreSqlDatabase>
{
    protected override ValueTask<IAttemptStore> CreateAsync() => new(database.Node<IAttemptStore>());

    protected override ValueTask<IAttemptStore> CreateOtherNodeAsync(IAttemptStore store) => new(database.OtherNode<IAttemptStore>());
}
