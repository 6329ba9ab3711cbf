using Gatehouse.Sessions;
using Gatehouse.Storage.Contract;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteSessionStoreTests(SqliteDatabase database) : SessionStoreContract, IClassFixture<SqliteDatabase>
{
    protected override ILogoutOutbox Outbox => database.Node<ILogoutOutbox>();

    protected override ValueTask<ISessionStore> CreateAsync() => new(database.Node<ISessionStore>());

    protected override ValueTask<ISessionStore> CreateOtherNodeAsync(ISessionStore store) => new(database.OtherNode<ISessionStore>());
}

public sealed class PostgreSqlSessionStoreTests(PostgreSqlDatabase database) : SessionStoreContract, IClassFixture<PostgreSqlDatabase>
{
    protected override ILogoutOutbox Outbox => database.Node<ILogoutOutbox>();

    protected override ValueTask<ISessionStore> CreateAsync() => new(database.Node<ISessionStore>());

    protected override ValueTask<ISessionStore> CreateOtherNodeAsync(ISessionStore store) => new(database.OtherNode<ISessionStore>());
}

public sealed class AppSqliteSessionStoreTests(AppSqliteDatabase database) : SessionStoreContract, IClassFixture<AppSqliteDatabase>
{
    protected override ILogoutOutbox Outbox => database.Node<ILogoutOutbox>();

    protected override ValueTask<ISessionStore> CreateAsync() => new(database.Node<ISessionStore>());

    protected override ValueTask<ISessionStore> CreateOtherNodeAsync(ISessionStore store) => new(database.OtherNode<ISessionStore>());
}

public sealed class AppPostgreSqlSessionStoreTests(AppPostgreSqlDatabase database) : SessionStoreContract, IClassFixture<AppPostgreSqlDatabase>
{
    protected override ILogoutOutbox Outbox => database.Node<ILogoutOutbox>();

    protected override ValueTask<ISessionStore> CreateAsync() => new(database.Node<ISessionStore>());

    protected override ValueTask<ISessionStore> CreateOtherNodeAsync(ISessionStore store) => new(database.OtherNode<ISessionStore>());
}
