using Gatehouse.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Server.Users.Data;

/// <summary>The users' tables as their operator sees them; <see cref="GatehouseDatabase"/> is the provider's.</summary>
internal sealed class UsersDatabase(GatehouseDatabase tables)
{
    public Task<GatehouseDatabaseStatus> GetStatusAsync(CancellationToken ct) => tables.GetStatusAsync(ct);

    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken ct) => tables.MigrateAsync(ct);
}

/// <summary>Brings the users' tables up to date before anything listens. Of nodes that start together one does the work.</summary>
internal sealed partial class UsersDatabaseStartup(UsersDatabase database, ILogger<UsersDatabaseStartup> log) : BeforeAnythingStarts
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        if ((await database.GetStatusAsync(cancellationToken)).IsUsable) return;
        if (await database.MigrateAsync(cancellationToken) is { Count: > 0 } applied) Migrated(log, string.Join(", ", applied));
    }

    [LoggerMessage(5001, LogLevel.Information, "The users' tables were brought up to date: {Migrations}.")]
    private static partial void Migrated(ILogger log, string migrations);
}
