using Gatehouse.Authorize;
using Gatehouse.Storage.Contract;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteConsentStoreTests(SqliteDatabase database) : ConsentStoreContract, IClassFixture<SqliteDatabase>
{
    protected override ValueTask<IConsentStore> CreateAsync() => new(database.Node<IConsentStore>());

    protected override ValueTask<IConsentStore> CreateOtherNodeAsync(IConsentStore store) => new(database.OtherNode<IConsentStore>());
}

public sealed class PostgreSqlConsentStoreTests(PostgreSqlDatabase database) : ConsentStoreContract, IClassFixture<PostgreSqlDatabase>
{
    protected override ValueTask<IConsentStore> CreateAsync() => new(database.Node<IConsentStore>());

    protected override ValueTask<IConsentStore> CreateOtherNodeAsync(IConsentStore store) => new(database.OtherNode<IConsentStore>());
}

public sealed class AppSqliteConsentStoreTests(AppSqliteDatabase database) : ConsentStoreContract, IClassFixture<AppSqliteDatabase>
{
    protected override ValueTask<IConsentStore> CreateAsync() => new(database.Node<IConsentStore>());

    protected override ValueTask<IConsentStore> CreateOtherNodeAsync(IConsentStore store) => new(database.OtherNode<IConsentStore>());
}

public sealed class AppPostgreSqlConsentStoreTests(AppPostgreSqlDatabase database) : ConsentStoreContract, IClassFixture<AppPostgreSqlDatabase>
{
    protected override ValueTask<IConsentStore> CreateAsync() => new(database.Node<IConsentStore>());

    protected override ValueTask<IConsentStore> CreateOtherNodeAsync(IConsentStore store) => new(database.OtherNode<IConsentStore>());
}
