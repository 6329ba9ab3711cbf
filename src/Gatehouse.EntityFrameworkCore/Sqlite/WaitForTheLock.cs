using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>Lets SQLite itself wait for a writer, which looks every few milliseconds; the driver's own way is to sleep 150 ms between looks.</summary>
/// <param name="patience">For how long.</param>
internal sealed class WaitForTheLock(TimeSpan patience) : DbConnectionInterceptor
{
    private readonly string pragma = $"PRAGMA busy_timeout = {patience.TotalMilliseconds:F0}";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (connection is not SqliteConnection) return;
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
