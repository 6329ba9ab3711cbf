using Gatehouse.Sessions;
using Gatehouse.Storage.Contract;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteLogoutOutboxTests(SqliteDatabase database) : LogoutOutboxContract, IClassFixture<SqliteDatabase>
{
    protected override ValueTask<ILogoutOutbox> CreateAsync() => new(database.Node<ILogoutOutbox>());

    protected override ValueTask<ILogoutOutbox> CreateOtherNodeAsync(ILogoutOutbox store) => new(database.OtherNode<ILogoutOutbox>());
}

public sealed class PostgreSqlLogoutOutboxTests(PostgreSqlDatabase database) : LogoutOutboxContract, IClassFixture<PostgreSqlDatabase>
{
    protected override ValueTask<ILogoutOutbox> CreateAsync() => new(database.Node<ILogoutOutbox>());

    protected override ValueTask<ILogoutOutbox> CreateOtherNodeAsync(ILogoutOutbox store) => new(database.OtherNode<ILogoutOutbox>());
}

public sealed class AppSqliteLogoutOutboxTests(AppSqliteDatabase database) : LogoutOutboxContract, IClassFixture<AppSqliteDatabase>
{
    protected override ValueTask<ILogoutOutbox> CreateAsync() => new(database.Node<ILogoutOutbox>());

    protected override ValueTask<ILogoutOutbox> CreateOtherNodeAsync(ILogoutOutbox store) => new(database.OtherNode<ILogoutOutbox>());
}

public sealed class AppPostgreSqlLogoutOutboxTests(AppPostgreSqlDatabase database) : LogoutOutboxContract, IClassFixture<AppPostgreSqlDatabase>
{
    protected override ValueTask<ILogoutOutbox> CreateAsync() => new(database.Node<ILogoutOutbox>());

    protected override ValueTask<ILogoutOutbox> CreateOtherNodeAsync(ILogoutOutbox store) => new(database.OtherNode<ILogoutOutbox>());
}
