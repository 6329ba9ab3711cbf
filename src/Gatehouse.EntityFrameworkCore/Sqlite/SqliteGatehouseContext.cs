using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>The tables in a SQLite file of their own.</summary>
internal sealed class SqliteGatehouseContext(DbContextOptions<SqliteGatehouseContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.UseGatehouse();
}

/// <summary>For <c>dotnet ef migrations add NAME --context SqliteGatehouseContext --output-dir Migrations/Sqlite</c>.</summary>
internal sealed class SqliteGatehouseContextFactory : IDesignTimeDbContextFactory<SqliteGatehouseContext>
{
    public SqliteGatehouseContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteGatehouseContext>().UseSqlite("Data Source=design-time.db").Options);
}
