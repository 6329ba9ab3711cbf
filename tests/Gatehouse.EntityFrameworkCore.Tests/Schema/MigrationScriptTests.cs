using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.EntityFrameworkCore.Sqlite;
using Gatehouse.EntityFrameworkCore.Tests.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.Schema;

public sealed class SqliteMigrationScriptTests() : MigrationScriptRules(() => new EmptySqlite(), "Sqlite")
{
    private sealed class EmptySqlite : SqliteDatabase
    {
        protected override Task PrepareAsync() => Task.CompletedTask;
    }
}

public sealed class PostgreSqlMigrationScriptTests() : MigrationScriptRules(() => new EmptyPostgreSql(), "PostgreSql")
{
    private sealed class EmptyPostgreSql : PostgreSqlDatabase
    {
        protected override Task PrepareAsync() => Task.CompletedTask;
    }
}

/// <summary>Where there is nothing yet, one script makes what the migrations would make one by one; everything else stays the migrations' business.</summary>
public abstract class MigrationScriptRules : IAsyncLifetime
{
    private readonly Func<StoreDatabase> create;
    private readonly string provider;
    private readonly StoreDatabase database;

    private protected MigrationScriptRules(Func<StoreDatabase> create, string provider) => (this.create, this.provider, database) = (create, provider, create());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_script_is_what_the_migrations_say() =>
        await WithContextAsync(database, context =>
        {
            MigrationScript.MustBeWhatTheMigrationsSay(context, $"src/Gatehouse.EntityFrameworkCore/Migrations/{provider}");
            return Task.CompletedTask;
        });

    [Fact]
    public async Task A_database_made_by_the_script_is_the_one_that_the_migrations_make()
    {
        var applied = await database.Node<GatehouseDatabase>().MigrateAsync(Ct);
        await using var other = create();
        await other.InitializeAsync();
        // A history, though an empty one, is theirs.
        await WithContextAsync(other, async context => await ExecuteAsync(other, context.GetService<IHistoryRepository>().GetCreateScript()));
        Assert.Equal(applied, await other.Node<GatehouseDatabase>().MigrateAsync(Ct));
        var dump = await MigrationScript.DumpAsync(database.ConnectionString, Ct);
        Assert.Contains(applied[^1], dump, StringComparison.Ordinal);
        Assert.Equal(await MigrationScript.DumpAsync(other.ConnectionString, Ct), dump);
    }

    [Fact]
    public async Task A_database_of_the_first_release_gets_what_it_lacks_and_is_the_same_then()
    {
        await using var other = create();
        await other.InitializeAsync();
        var all = await other.Node<GatehouseDatabase>().MigrateAsync(Ct);
        await WithContextAsync(database, async context => await ExecuteAsync(database, MigrationScript.Write(context, upTo: all[0])));
        Assert.Equal(all.Skip(1), await database.Node<GatehouseDatabase>().MigrateAsync(Ct));
        Assert.Equal(await MigrationScript.DumpAsync(other.ConnectionString, Ct), await MigrationScript.DumpAsync(database.ConnectionString, Ct));
    }

    [Fact]
    public async Task Tables_of_the_app_in_the_same_database_stay_as_they_are()
    {
        await ExecuteAsync(database, "CREATE TABLE notes (id integer PRIMARY KEY); INSERT INTO notes VALUES (42); CREATE TABLE migrations (id text); INSERT INTO migrations VALUES ('1')");
        Assert.NotEmpty(await database.Node<GatehouseDatabase>().MigrateAsync(Ct));
        await ExecuteAsync(database, "INSERT INTO notes SELECT id + 1 FROM notes WHERE id = 42");
        await ExecuteAsync(database, "DROP TABLE notes; DROP TABLE migrations");
        await using var other = create();
        await other.InitializeAsync();
        await other.Node<GatehouseDatabase>().MigrateAsync(Ct);
        Assert.Equal(await MigrationScript.DumpAsync(other.ConnectionString, Ct), await MigrationScript.DumpAsync(database.ConnectionString, Ct));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_fails_halfway_leaves_nothing_and_the_next_start_makes_everything(bool byMigrations)
    {
        if (byMigrations) await WithContextAsync(database, async context => await ExecuteAsync(database, context.GetService<IHistoryRepository>().GetCreateScript()));
        // The last but one of the tables, so that most of it is done by then.
        await ExecuteAsync(database, "CREATE TABLE gatehouse_audit_events (in_the_way integer)");
        var before = await MigrationScript.DumpAsync(database.ConnectionString, Ct);
        await Assert.ThrowsAnyAsync<DbException>(() => database.Node<GatehouseDatabase>().MigrateAsync(Ct));
        Assert.Equal(before, await MigrationScript.DumpAsync(database.ConnectionString, Ct));
        await ExecuteAsync(database, "DROP TABLE gatehouse_audit_events");
        Assert.NotEmpty(await database.OtherNode<GatehouseDatabase>().MigrateAsync(Ct));
        Assert.True((await database.Node<GatehouseDatabase>().GetStatusAsync(Ct)).IsCurrent);
    }

    [Fact]
    public async Task Of_nodes_that_have_all_seen_an_empty_database_one_makes_the_tables_and_the_others_find_them()
    {
        ServiceProvider[] nodes = [.. Enumerable.Range(0, 4).Select(_ => database.NewNode())];
        foreach (var node in nodes)
        {
            // What a connection has not found once, PostgreSQL remembers for it, and need not look again if it has done all the rest before, too.
            Assert.NotEmpty((await node.GetRequiredService<GatehouseDatabase>().GetStatusAsync(Ct)).Pending);
            if (node.GetService<PlainSql<PostgreSqlGatehouseContext>>() is { } plain) Assert.False(await plain.TryMakeTablesAsync("pg_class", "", Ct));
        }
        Task<IReadOnlyList<string>[]> All() => Task.WhenAll(nodes.Select(node => Task.Run(() => node.GetRequiredService<GatehouseDatabase>().MigrateAsync(Ct), Ct)));
        var made = await (database is SqliteDatabase ? All() : OnceAllWaitAsync(All, nodes.Length));
        Assert.Single(made, migrations => migrations.Count > 0);
        Assert.True((await database.Node<GatehouseDatabase>().GetStatusAsync(Ct)).IsCurrent);
        foreach (var node in nodes) await node.DisposeAsync();
    }

    /// <summary>Holds the lock until all wait for it, so that all but one have begun before the tables were there.</summary>
    private async Task<T> OnceAllWaitAsync<T>(Func<Task<T>> start, int count)
    {
        await using var holder = new NpgsqlConnection(database.ConnectionString);
        await holder.OpenAsync(Ct);
        await using var transaction = await holder.BeginTransactionAsync(Ct);
        await using (var take = new NpgsqlCommand(GatehouseDatabase.WaitForOthersSql, holder)) await take.ExecuteNonQueryAsync(Ct);
        var started = start();
        await using var look = new NpgsqlCommand("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", holder);
        await Node.EventuallyAsync(async () => (long)(await look.ExecuteScalarAsync(Ct))! == count);
        await transaction.CommitAsync(Ct);
        return await started;
    }

    private static async Task WithContextAsync(StoreDatabase database, Func<DbContext, Task> use)
    {
        await using var node = database.NewNode();
        await using var scope = node.CreateAsyncScope();
        await use(database is SqliteDatabase ? scope.ServiceProvider.GetRequiredService<SqliteGatehouseContext>() : scope.ServiceProvider.GetRequiredService<PostgreSqlGatehouseContext>());
    }

    private static async Task ExecuteAsync(StoreDatabase database, string sql)
    {
        await using DbConnection connection = database is SqliteDatabase ? new SqliteConnection(database.ConnectionString) : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(Ct);
    }
}
