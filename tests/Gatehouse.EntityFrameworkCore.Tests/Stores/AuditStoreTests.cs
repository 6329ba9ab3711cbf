using Gatehouse.Audit;
using Gatehouse.Storage.Contract;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteAuditStoreTests(SqliteDatabase database) : AuditStoreContract, IClassFixture<SqliteDatabase>
{
    protected override ValueTask<IAuditStore> CreateAsync() => new(database.Node<IAuditStore>());

    protected override ValueTask<IAuditStore> CreateOtherNodeAsync(IAuditStore store) => new(database.OtherNode<IAuditStore>());
}

public sealed class PostgreSqlAuditStoreTests(PostgreSqlDatabase database) : AuditStoreContract, IClassFixture<PostgreSqlDatabase>
{
    protected override ValueTask<IAuditStore> CreateAsync() => new(database.Node<IAuditStore>());

    protected override ValueTask<IAuditStore> CreateOtherNodeAsync(IAuditStore store) => new(database.OtherNode<IAuditStore>());
}

public sealed class AppSqliteAuditStoreTests(AppSqliteDatabase database) : AuditStoreContract, IClassFixture<AppSqliteDatabase>
{
    protected override ValueTask<IAuditStore> CreateAsync() => new(database.Node<IAuditStore>());

    protected override ValueTask<IAuditStore> CreateOtherNodeAsync(IAuditStore store) => new(database.OtherNode<IAuditStore>());
}

public sealed class AppPostgreSqlAuditStoreTests(AppPostgreSqlDatabase database) : AuditStoreContract, IClassFixture<AppPostgreSqlDatabase>
{
    protected override ValueTask<IAuditStore> CreateAsync() => new(database.Node<IAuditStore>());

    protected override ValueTask<IAuditStore> CreateOtherNodeAsync(IAuditStore store) => new(database.OtherNode<IAuditStore>());
}
