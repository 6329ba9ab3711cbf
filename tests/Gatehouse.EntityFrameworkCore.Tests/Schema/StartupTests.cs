using Gatehouse.Clients;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.EntityFrameworkCore.Tests.Schema;

/// <summary>An app that starts, as its operator sees it.</summary>
public sealed class StartupTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-startup-").FullName;
    private readonly RecordingLoggerProvider log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string ConnectionString => $"Data Source={Path.Combine(folder, "test.db")}";

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
        log.Dispose();
    }

    [Fact]
    public async Task The_database_is_up_to_date_before_anything_else_starts()
    {
        await using var app = NewApp(builder => builder.UseSqlite(ConnectionString));
        await app.StartAsync(Ct);
        Assert.True(app.Services.GetServices<IHostedService>().OfType<Witness>().Single().WasCurrent);
        Assert.Contains(log.Lines, line => line.Event.Id == 4001);
        await app.StopAsync(Ct);
    }

    [Fact]
    public async Task An_app_that_may_not_migrate_refuses_to_start_on_an_older_database()
    {
        await using var app = NewApp(builder => builder.UseSqlite(ConnectionString, database => database.MigrateAtStartup = false));
        var refusal = await Assert.ThrowsAsync<GatehouseDatabaseException>(() => app.StartAsync(Ct));
        Assert.Contains("gatehouse database migrate", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happens_between_requests_is_no_news_for_the_operator()
    {
        await using var app = NewApp(builder => builder.UseSqlite(ConnectionString));
        await app.StartAsync(Ct);
        var before = log.Lines.Count;
        var clients = app.Services.GetRequiredService<IClientStore>();
        await clients.ReadVersionAsync(Ct);
        await clients.FindAsync("nobody", Ct);
        Assert.DoesNotContain(log.Lines.Skip(before), line => line.Level >= LogLevel.Information && line.Category.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal));
        await app.StopAsync(Ct);
    }

    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x;Mode=Memory;Cache=Shared")]
    [InlineData("Foreign Keys=True")]
    public void SQLite_in_memory_is_refused_with_what_to_do_instead(string connectionString)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddGatehouse().UseSqlite(connectionString));
        Assert.Contains("UseInMemoryStores()", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_without_the_tables_stops_the_app_and_says_what_to_call()
    {
        await using var app = NewApp(builder =>
        {
            builder.Services.AddDbContext<ForgetfulContext>(context => context.UseSqlite(ConnectionString));
            builder.AddEntityFrameworkStores<ForgetfulContext>();
        });
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync(Ct));
        Assert.Contains("ForgetfulContext has no tables for Gatehouse: call modelBuilder.UseGatehouse()", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class ForgetfulContext(DbContextOptions<ForgetfulContext> options) : DbContext(options);

    private WebApplication NewApp(Action<GatehouseBuilder> use)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        // Registered first, so started first of all that start.
        builder.Services.AddHostedService<Witness>();
        builder.Services.AddDataProtection().PersistKeysToFileSystem(new(folder));
        use(builder.Services.AddGatehouse());
        return builder.Build();
    }

    private sealed class Witness(IServiceProvider services) : IHostedService
    {
        public bool WasCurrent { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken) =>
            WasCurrent = services.GetService<GatehouseDatabase>() is { } database && (await database.GetStatusAsync(cancellationToken)).IsCurrent;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
