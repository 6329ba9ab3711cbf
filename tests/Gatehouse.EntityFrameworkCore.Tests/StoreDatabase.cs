using Gatehouse.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.EntityFrameworkCore.Tests;

/// <summary>A database of its own, and two apps on it that share nothing else: two nodes.</summary>
public abstract class StoreDatabase : IAsyncLifetime
{
    private readonly List<ServiceProvider> nodes = [];

    public string ConnectionString { get; private set; } = "";

    public T Node<T>() where T : notnull => nodes[0].GetRequiredService<T>();

    public object Service(Type type) => nodes[0].GetRequiredService(type);

    public T OtherNode<T>() where T : notnull => nodes[1].GetRequiredService<T>();

    public virtual async ValueTask InitializeAsync()
    {
        ConnectionString = await CreateAsync();
        nodes.Add(NewNode());
        nodes.Add(NewNode());
        await PrepareAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var node in nodes) await node.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The services of an app, never started.</summary>
    public ServiceProvider NewNode()
    {
        var services = new ServiceCollection();
        Use(services.AddLogging().AddGatehouse());
        return services.BuildServiceProvider(validateScopes: true);
    }

    protected abstract Task<string> CreateAsync();

    protected abstract void Use(GatehouseBuilder builder);

    protected virtual async Task PrepareAsync() => await Node<GatehouseDatabase>().MigrateAsync();
}

public class SqliteDatabase : StoreDatabase
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-sqlite-").FullName;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override Task<string> CreateAsync() => Task.FromResult($"Data Source={Path.Combine(folder, "test.db")}");

    protected override void Use(GatehouseBuilder builder) => builder.UseSqlite(ConnectionString);
}

public class PostgreSqlDatabase : StoreDatabase
{
    protected override async Task<string> CreateAsync() => await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();

    protected override void Use(GatehouseBuilder builder) => builder.UsePostgreSql(ConnectionString);
}

/// <summary>An app with tables of its own beside Gatehouse's, and all of them in a schema (which SQLite does not have and ignores).</summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.HasDefaultSchema("notes").UseGatehouse();
}

public sealed class Note
{
    public int Id { get; set; }
}

public sealed class AppSqliteDatabase : SqliteDatabase
{
    protected override void Use(GatehouseBuilder builder)
    {
        builder.Services.AddDbContext<AppDbContext>(context => context.UseSqlite(ConnectionString));
        builder.AddEntityFrameworkStores<AppDbContext>();
    }

    protected override Task PrepareAsync() => AppDatabase.CreateTablesAsync(NewNode());
}

public sealed class AppPostgreSqlDatabase : PostgreSqlDatabase
{
    protected override void Use(GatehouseBuilder builder)
    {
        builder.Services.AddDbContext<AppDbContext>(context => context.UseNpgsql(ConnectionString));
        builder.AddEntityFrameworkStores<AppDbContext>();
    }

    protected override Task PrepareAsync() => AppDatabase.CreateTablesAsync(NewNode());
}

internal static class AppDatabase
{
    public static async Task CreateTablesAsync(ServiceProvider node)
    {
        await using (node)
        await using (var scope = node.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<AppDbContext>().Database.EnsureCreatedAsync();
    }
}
