using Gatehouse.Testing;
using Gatehouse.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.EndToEnd.Provider;

/// <summary>A whole provider on a real database of its own.</summary>
internal sealed class RealProvider(TestProvider provider, PostgresWire? wire, string? folder) : IAsyncDisposable
{
    public TestProvider Provider => provider;

    /// <summary>Between the provider and PostgreSQL: counts round trips, and cuts.</summary>
    public PostgresWire Wire => wire ?? throw new InvalidOperationException("SQLite has no wire.");

    public static async Task<RealProvider> OnPostgreSqlAsync(
        Action<GatehouseOptions>? configure = null, string? connectionString = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null)
    {
        var wire = PostgresWire.Start(connectionString ?? await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync());
        return new(await TestProvider.StartAsync(configure, services, map, stores: gatehouse => gatehouse.UsePostgreSql(wire.ConnectionString), time: TimeProvider.System), wire, null);
    }

    public static async Task<RealProvider> OnSqliteAsync(Action<GatehouseOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-provider-").FullName;
        return new(await TestProvider.StartAsync(configure, services, map, stores: gatehouse => gatehouse.UseSqlite($"Data Source={Path.Combine(folder, "gatehouse.db")}"), time: TimeProvider.System), null, folder);
    }

    public static Task<RealProvider> OnAsync(
        string database, Action<GatehouseOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null) =>
        database == "postgresql" ? OnPostgreSqlAsync(configure, services: services, map: map) : OnSqliteAsync(configure, services, map);

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        if (wire is not null) await wire.DisposeAsync();
        if (folder is null) return;
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
