using Gatehouse.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.EntityFrameworkCore;

/// <summary>A database of our own: brings it up to date, or makes sure that it is.</summary>
internal sealed partial class DatabaseStartup(GatehouseDatabase database, IOptions<GatehouseDatabaseOptions> options, ILogger<DatabaseStartup> logger) : BeforeAnythingStarts
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.MigrateAtStartup)
        {
            await database.EnsureCurrentAsync(cancellationToken);
            return;
        }
        var applied = await database.MigrateAsync(cancellationToken);
        if (applied.Count > 0) LogMigrated(string.Join(", ", applied));
    }

    [LoggerMessage(4001, LogLevel.Information, "The Gatehouse database was brought up to date: {Migrations}.")]
    private partial void LogMigrated(string migrations);
}

/// <summary>A context of the app: makes sure that it has our tables. EF's own message would name a class that the app has never heard of.</summary>
internal sealed class AppContextStartup<TContext>(ContextSource<TContext> contexts) : BeforeAnythingStarts where TContext : DbContext
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var lease = contexts.Lease(out var context);
        context.TableOf<ArtifactRow>();
    }
}
