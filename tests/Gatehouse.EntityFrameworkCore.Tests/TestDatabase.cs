using Gatehouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.EntityFrameworkCore.Tests;

/// <summary>A database of its own for one test, and the services of an app that uses it.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly string? folder;

    private TestDatabase(string connectionString, ServiceProvider services, string? folder) => (ConnectionString, Services, this.folder) = (connectionString, services, folder);

    public string ConnectionString { get; }

    public ServiceProvider Services { get; }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public static async Task<TestDatabase> SqliteAsync(bool migrate = true)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-sqlite-").FullName;
        var connectionString = $"Data Source={Path.Combine(folder, "test.db")}";
        return await StartAsync(connectionString, builder => builder.UseSqlite(connectionString), folder, migrate);
    }

    public static async Task<TestDatabase> PostgreSqlAsync(bool migrate = true)
    {
        var cluster = await PostgresCluster.SharedAsync();
        return await OnPostgreSqlAsync(await cluster.CreateDatabaseAsync(), migrate);
    }

    public static Task<TestDatabase> OnPostgreSqlAsync(string connectionString, bool migrate = true) =>
        StartAsync(connectionString, builder => builder.UsePostgreSql(connectionString), null, migrate);

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        if (folder is null) return;
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<TestDatabase> StartAsync(string connectionString, Action<GatehouseBuilder> use, string? folder, bool migrate)
    {
        var services = new ServiceCollection();
        use(services.AddLogging().AddGatehouse());
        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        if (migrate) await provider.GetRequiredService<GatehouseDatabase>().MigrateAsync();
        return new(connectionString, provider, folder);
    }
}
