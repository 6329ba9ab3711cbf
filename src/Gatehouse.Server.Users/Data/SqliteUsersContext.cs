using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Gatehouse.Server.Users.Data;

internal sealed class SqliteUsersContext(DbContextOptions<SqliteUsersContext> options) : UsersContext(options);

/// <summary>For <c>dotnet ef migrations add NAME --context SqliteUsersContext --output-dir Migrations/Sqlite</c>.</summary>
internal sealed class SqliteUsersContextFactory : IDesignTimeDbContextFactory<SqliteUsersContext>
{
    public SqliteUsersContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteUsersContext>().UseApplicationServiceProvider(UsersSchema.DesignTime).UseSqlite("Data Source=design-time.db").Options);
}
