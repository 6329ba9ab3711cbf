using Gatehouse.EntityFrameworkCore.Tests.Schema;
using Gatehouse.Server.Users;
using Gatehouse.Server.Users.Data;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Server.Tests;

/// <summary>The users' tables are made by one script where there are none, as the provider's are.</summary>
public sealed class UsersScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-users-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, InlineData("Sqlite"), InlineData("PostgreSql")]
    public async Task The_script_is_what_the_users_migrations_say(string provider)
    {
        await using var node = NewNode(await CreateAsync(provider));
        await using var scope = node.CreateAsyncScope();
        MigrationScript.MustBeWhatTheMigrationsSay(scope.ServiceProvider.GetRequiredService<UsersContext>(), $"src/Gatehouse.Server.Users/Migrations/{provider}");
    }

    [Theory, InlineData("Sqlite"), InlineData("PostgreSql")]
    public async Task Users_tables_made_by_the_script_are_those_that_the_migrations_make(string provider)
    {
        var (byScript, byMigrations) = (await CreateAsync(provider), await CreateAsync(provider));
        await using (var node = NewNode(byScript)) Assert.NotEmpty(await node.GetRequiredService<UsersDatabase>().MigrateAsync(Ct));
        await using (var node = NewNode(byMigrations))
        await using (var scope = node.CreateAsyncScope())
        {
            // A history, though an empty one, is theirs.
            var context = scope.ServiceProvider.GetRequiredService<UsersContext>();
            await context.Database.ExecuteSqlRawAsync(context.GetService<IHistoryRepository>().GetCreateScript(), Ct);
            Assert.NotEmpty(await node.GetRequiredService<UsersDatabase>().MigrateAsync(Ct));
        }
        var dump = await MigrationScript.DumpAsync(byScript, Ct);
        Assert.Contains("gatehouse_user_passkeys", dump, StringComparison.Ordinal);
        Assert.Equal(await MigrationScript.DumpAsync(byMigrations, Ct), dump);
    }

    private async Task<string> CreateAsync(string provider) =>
        provider == "Sqlite" ? $"Data Source={Path.Combine(folder, Path.GetRandomFileName())}" : await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);

    private static ServiceProvider NewNode(string connectionString)
    {
        var services = new ServiceCollection().AddLogging();
        var gatehouse = services.AddGatehouse();
        if (connectionString.StartsWith("Data Source", StringComparison.Ordinal))
        {
            gatehouse.UseSqlite(connectionString);
            services.AddSqliteUsers(connectionString);
        }
        else
        {
            gatehouse.UsePostgreSql(connectionString);
            services.AddPostgreSqlUsers();
        }
        return services.BuildServiceProvider();
    }
}
