using Gatehouse.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>The tables in a PostgreSQL database.</summary>
internal sealed class PostgreSqlGatehouseContext(DbContextOptions<PostgreSqlGatehouseContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.UseGatehouse();
        // Ids are compared and ordered by ordinal, whatever language the database was created for; and comparing bytes is the fastest order that there is.
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
            foreach (var property in entity.GetProperties())
                if (property.ClrType == typeof(string)) property.SetCollation("C");
        // Its last use is written down again and again. With room left on its page the row stays there, and no index has to be told.
        modelBuilder.Entity<FamilyRow>().HasStorageParameter("fillfactor", 80);
    }
}

/// <summary>For <c>dotnet ef migrations add NAME --context PostgreSqlGatehouseContext --output-dir Migrations/PostgreSql</c>.</summary>
internal sealed class PostgreSqlGatehouseContextFactory : IDesignTimeDbContextFactory<PostgreSqlGatehouseContext>
{
    public PostgreSqlGatehouseContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlGatehouseContext>().UseNpgsql("Host=127.0.0.1;Database=design-time").Options);
}
