using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.Schema;

public sealed class SqliteMigrationTests() : MigrationRules(new EmptySqlite())
{
    private sealed class EmptySqlite : SqliteDatabase
    {
        protected override Task PrepareAsync() => Task.CompletedTask;
    }
}

public sealed class PostgreSqlMigrationTests() : MigrationRules(new EmptyPostgreSql())
{
    /// <summary>Not even the database exists.</summary>
    private sealed class EmptyPostgreSql : PostgreSqlDatabase
    {
        protected override async Task<string> CreateAsync() =>
            new NpgsqlConnectionStringBuilder(await base.CreateAsync()) { Database = $"missing{Guid.CreateVersion7():N}" }.ConnectionString;

        protected override Task PrepareAsync() => Task.CompletedTask;
    }
}

public abstract class MigrationRules : IAsyncLifetime
{
    private const string Addition = "29990101000000_AddedInTheFuture", Removal = "29990101000000_RemovedInTheFuture_Needs98";

    private readonly StoreDatabase database;

    private protected MigrationRules(StoreDatabase database) => this.database = database;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private GatehouseDatabase Schema => database.Node<GatehouseDatabase>();

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_lacks_everything_and_asking_does_not_create_it()
    {
        for (var i = 0; i < 2; i++)
        {
            var status = await Schema.GetStatusAsync(Ct);
            Assert.Empty(status.Applied);
            Assert.NotEmpty(status.Pending);
            Assert.False(status.IsCurrent);
        }
    }

    [Fact]
    public async Task Migrating_brings_it_up_to_date_once()
    {
        var pending = (await Schema.GetStatusAsync(Ct)).Pending;
        Assert.Equal(pending, await Schema.MigrateAsync(Ct));
        Assert.Empty(await Schema.MigrateAsync(Ct));
        var status = await Schema.GetStatusAsync(Ct);
        Assert.True(status.IsCurrent);
        Assert.Equal(pending, status.Applied);
        await Schema.EnsureUsableAsync(Ct);
    }

    [Fact]
    public async Task Of_four_nodes_that_start_at_once_one_migrates_and_all_succeed()
    {
        ServiceProvider[] nodes = [.. Enumerable.Range(0, 4).Select(_ => database.NewNode())];
        using var start = new Barrier(nodes.Length);
        var applied = await Task.WhenAll(nodes.Select(node => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(Ct);
                return node.GetRequiredService<GatehouseDatabase>().MigrateAsync(Ct);
            },
            Ct, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
        Assert.Single(applied, migrations => migrations.Count > 0);
        Assert.True((await Schema.GetStatusAsync(Ct)).IsCurrent);
        foreach (var node in nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task A_database_from_which_a_newer_build_took_something_is_refused_and_left_as_it_is()
    {
        await Schema.MigrateAsync(Ct);
        await ExecuteAsync($"INSERT INTO gatehouse_migrations VALUES ('{Removal}', '99.0.0')");
        foreach (var refused in new Func<Task>[] { () => Schema.MigrateAsync(Ct), () => Schema.EnsureUsableAsync(Ct) })
        {
            var refusal = await Assert.ThrowsAsync<GatehouseDatabaseException>(refused);
            Assert.Contains("newer than this build", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(Removal, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Deploy", refusal.Message, StringComparison.Ordinal);
        }
        var status = await Schema.GetStatusAsync(Ct);
        Assert.Equal([Removal], status.Unknown);
        Assert.False(status.IsUsable);
    }

    [Fact]
    public async Task A_database_to_which_a_newer_build_added_something_goes_on_serving_this_one()
    {
        await Schema.MigrateAsync(Ct);
        await ExecuteAsync($"INSERT INTO gatehouse_migrations VALUES ('{Addition}', '99.0.0')");
        await Schema.EnsureUsableAsync(Ct);
        Assert.Empty(await Schema.MigrateAsync(Ct));
        var status = await Schema.GetStatusAsync(Ct);
        Assert.True(status.IsUsable);
        Assert.False(status.IsCurrent);
    }

    [Fact]
    public async Task An_older_database_is_refused_where_nobody_may_migrate_it()
    {
        var refusal = await Assert.ThrowsAsync<GatehouseDatabaseException>(() => Schema.EnsureUsableAsync(Ct));
        Assert.Contains("older than this build", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("gatehouse database migrate", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_migrations_of_an_app_in_the_same_database_are_not_taken_for_ours()
    {
        await Schema.MigrateAsync(Ct);
        await ExecuteAsync("""CREATE TABLE "__EFMigrationsHistory" ("MigrationId" text PRIMARY KEY, "ProductVersion" text NOT NULL)""");
        await ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('20200101000000_Notes', '5.0.0')""");
        await Schema.EnsureUsableAsync(Ct);
    }

    [Fact]
    public async Task The_migrations_make_the_model()
    {
        await using var node = database.NewNode();
        await using var scope = node.CreateAsyncScope();
        DbContext context = database is SqliteDatabase
            ? scope.ServiceProvider.GetRequiredService<EntityFrameworkCore.Sqlite.SqliteGatehouseContext>()
            : scope.ServiceProvider.GetRequiredService<EntityFrameworkCore.PostgreSql.PostgreSqlGatehouseContext>();
        Assert.False(context.Database.HasPendingModelChanges(), "The model has changed: add a migration for both providers.");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using DbConnection connection = database is SqliteDatabase ? new SqliteConnection(database.ConnectionString) : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Ct);
    }
}
