using Gatehouse.Clients;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Throttling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.EntityFrameworkCore.Tests.Schema;

/// <summary>EF's services, its model and its first queries are two thirds of a start, and stay in memory. Whoever finds the database empty, or as it should be, starts without them, and stays without them while the sweeper finds nothing.</summary>
public sealed class PlainStartTests : IDisposable
{
    private readonly IDataProtectionProvider protection = new EphemeralDataProtectionProvider();
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-start-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task An_app_makes_its_tables_its_key_and_its_client_starts_again_and_sweeps_without_a_model(string kind)
    {
        var database = kind == "sqlite" ? $"Data Source={Path.Combine(folder, "test.db")}" : await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        Assert.False(await NeedsAModelAsync(kind, database, create: true));
        Assert.False(await NeedsAModelAsync(kind, database, create: false));
    }

    private async Task<bool> NeedsAModelAsync(string kind, string database, bool create)
    {
        using var log = new RecordingLoggerProvider();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton(protection);
        var gatehouse = builder.Services.AddGatehouse(options => options.Issuer = "https://app.example");
        _ = kind == "sqlite" ? gatehouse.UseSqlite(database) : gatehouse.UsePostgreSql(database);
        await using var app = builder.Build();
        await app.StartAsync(Ct);
        var clients = app.Services.GetRequiredService<IClientStore>();
        if (create) Assert.True(await clients.TryCreateAsync(new Client { Id = "app" }, Ct));
        else Assert.Equal("app", (await clients.FindAsync("app", Ct))?.Id);
        // Who asks before the client is there has failed.
        var attempts = app.Services.GetRequiredService<IAttemptStore>();
        Assert.Single(await attempts.AddFailureAsync(["app"], DateTimeOffset.UnixEpoch.AddYears(55), DateTimeOffset.UnixEpoch, Ct));
        await attempts.ClearAsync("app", DateTimeOffset.UnixEpoch.AddYears(56), Ct);
        foreach (var sweep in app.Services.GetServices<Sweep>()) Assert.Equal(0, await sweep.RemoveAsync(DateTimeOffset.UnixEpoch.AddYears(50), 10, Ct));
        var needed = log.Lines.Any(line => line.Category == "Microsoft.EntityFrameworkCore.Infrastructure" && line.Event.Name == "Microsoft.EntityFrameworkCore.Infrastructure.ContextInitialized");
        await app.StopAsync(Ct);
        return needed;
    }
}
