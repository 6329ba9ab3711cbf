using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Gatehouse.Server.Users.Data;

internal sealed class PostgreSqlUsersContext(DbContextOptions<PostgreSqlUsersContext> options) : UsersContext(options);

/// <summary>For <c>dotnet ef migrations add NAME --context PostgreSqlUsersContext --output-dir Migrations/PostgreSql</c>.</summary>
internal sealed class PostgreSqlUsersContextFactory : IDesignTimeDbContextFactory<PostgreSqlUsersContext>
{
    public PostgreSqlUsersContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlUsersContext>().UseApplicationServiceProvider(UsersSchema.DesignTime).UseNpgsql("Host=127.0.0.1;Database=design-time").Options);
}
