using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.EntityFrameworkCore;

/// <summary>Before anything listens: brings the database up to date, or makes sure that it is.</summary>
internal sealed partial class DatabaseStartup(GatehouseDatabase database, IOptions<GatehouseDatabaseOptions> options, ILogger<DatabaseStartup> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.MigrateAtStartup)
        {
            await database.EnsureCurrentAsync(cancellationToken);
            return;
        }
        var applied = await database.MigrateAsync(cancellationToken);
        if (applied.Count > 0) LogMigrated(string.Join(", ", applied));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4001, LogLevel.Information, "The Gatehouse database was brought up to date: {Migrations}.")]
    private partial void LogMigrated(string migrations);
}
