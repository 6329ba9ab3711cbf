using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.EntityFrameworkCore.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace Gatehouse.EntityFrameworkCore.Tests.Schema;

/// <summary>Expand, migrate, contract: what a migration may do while nodes of the version before are still running.</summary>
public sealed class SchemaVersionTests
{
    [Theory]
    [InlineData("20261124120000_Initial", 1)]
    [InlineData("20270301120000_DropReceipts_Needs4", 4)]
    [InlineData("20270301120000_NeedsNothing", 1)]
    [InlineData("20270301120000_Odd_Needs", 1)]
    [InlineData("20270301120000_Odd_Needs-4", 1)]
    public void A_migration_says_in_its_name_how_much_a_build_must_know_to_live_with_it(string migration, int needed) => Assert.Equal(needed, SchemaVersion.NeededBy(migration));

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void A_build_goes_on_beside_a_removal_if_it_knows_that_the_removed_is_not_needed(int known, bool usable) =>
        Assert.Equal(usable, new GatehouseDatabaseStatus([.. Enumerable.Range(1, known).Select(i => $"{i}_Known")], [], ["5_DropReceipts_Needs4", "6_Added"]).IsUsable);

    [Fact]
    public void A_build_whose_own_migrations_are_missing_cannot_work() => Assert.False(new GatehouseDatabaseStatus(["1_Initial"], ["2_Operators"], []).IsUsable);

    [Fact]
    public void What_a_running_older_build_could_not_live_with_is_marked_as_such()
    {
        using DbContext sqlite = new SqliteGatehouseContextFactory().CreateDbContext([]);
        using DbContext postgreSql = new PostgreSqlGatehouseContextFactory().CreateDbContext([]);
        foreach (var context in new[] { sqlite, postgreSql })
        {
            var assembly = context.GetService<IMigrationsAssembly>();
            var provider = context.Database.ProviderName!;
            Assert.NotEmpty(assembly.Migrations);
            // The first has nobody older beside it.
            foreach (var (name, type) in assembly.Migrations.Skip(1))
            {
                var breaking = assembly.CreateMigration(type, provider).UpOperations.Where(operation => !OnlyAdds(operation)).Select(operation => operation.GetType().Name).ToList();
                Assert.True(breaking.Count == 0 || SchemaVersion.NeededBy(name) > 1,
                    $"{name} does {string.Join(", ", breaking)}, which nodes of the version before may not survive. Add first, in one release; take away in a later one, and say so in its name: {name}_Needs<number of migrations that a build must know>.");
            }
        }
    }

    [Fact]
    public void A_column_that_older_builds_do_not_fill_is_no_addition()
    {
        Assert.False(OnlyAdds(new AddColumnOperation { Name = "needed", Table = "gatehouse_clients", IsNullable = false }));
        Assert.True(OnlyAdds(new AddColumnOperation { Name = "needed", Table = "gatehouse_clients", IsNullable = false, DefaultValue = 0 }));
        Assert.False(OnlyAdds(new AlterTableOperation { Name = "gatehouse_clients", Comment = "changed" }));
        Assert.False(OnlyAdds(new DropColumnOperation { Name = "receipt", Table = "gatehouse_artifacts" }));
    }

    /// <summary>A unique index may refuse what an older build writes; a column without a value for it, too.</summary>
    private static bool OnlyAdds(MigrationOperation operation) => operation switch
    {
        CreateTableOperation or InsertDataOperation => true,
        CreateIndexOperation index => !index.IsUnique,
        AddColumnOperation column => column.IsNullable || column.DefaultValue is not null || column.DefaultValueSql is not null,
        // How full a page is made says nothing of what is in it.
        AlterTableOperation table => table.Comment == table.OldTable.Comment
            && table.GetAnnotations().Concat(table.OldTable.GetAnnotations()).All(annotation => annotation.Name.StartsWith("Npgsql:StorageParameter:", StringComparison.Ordinal)),
        _ => false,
    };
}
