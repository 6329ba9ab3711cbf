using Gatehouse.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.EntityFrameworkCore;

/// <summary>A database of our own: brings it up to date, or makes sure that it is.</summary>
internal sealed partial class DatabaseStartup(GatehouseDatabase database, DataProtectionStartup protection, IOptions<GatehouseDatabaseOptions> options, ILogger<DatabaseStartup> logger) : BeforeAnythingStarts
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        // One question where all is as it should be, as it is at almost every start; the transaction and the lock are for those that have something to do.
        var status = await database.GetStatusAsync(cancellationToken);
        if (!status.IsUsable) await BringUpToDateAsync(cancellationToken);
        else if (status.Unknown.Count > 0) LogNewer(string.Join(", ", status.Unknown));
        await protection.PrepareAsync(cancellationToken);
    }

    private async Task BringUpToDateAsync(CancellationToken ct)
    {
        if (!options.Value.MigrateAtStartup) await database.EnsureUsableAsync(ct);
        else if (await database.MigrateAsync(ct) is { Count: > 0 } applied) LogMigrated(string.Join(", ", applied));
    }

    [LoggerMessage(4001, LogLevel.Information, "The Gatehouse database was brought up to date: {Migrations}.")]
    private partial void LogMigrated(string migrations);

    [LoggerMessage(4002, LogLevel.Warning, "The Gatehouse database is newer than this build, which can work with it: it has {Migrations}. That is right in the middle of an upgrade; deploy the new version here, too.")]
    private partial void LogNewer(string migrations);
}

/// <summary>A context of the app: makes sure that it has our tables. EF's own message would name a class that the app has never heard of.</summary>
internal sealed class AppContextStartup<TContext>(ContextSource<TContext> contexts, DataProtectionStartup protection) : BeforeAnythingStarts where TContext : DbContext
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using (contexts.Lease(out var context)) context.TableOf<ArtifactRow>();
        await protection.PrepareAsync(cancellationToken);
    }
}
