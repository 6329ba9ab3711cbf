using Gatehouse.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>
/// Hears what other nodes change, on one connection of its own. It reconnects for as long as the app runs, after a failover to whichever host is the primary then. What was said meanwhile is lost, so every
/// time it has connected, everything is looked at again.
/// </summary>
internal sealed partial class ChangeListener(ListenerConnection connections, StoreChanges changes, IOptions<GatehouseDatabaseOptions> options, TimeProvider clock, ILogger<ChangeListener> log) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250), LongestPause = TimeSpan.FromSeconds(5);

    private bool failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.ListenForChanges) return;
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await ListenAsync(() => pause = FirstPause, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failing) Deaf(log, e);
                failing = true;
                await Task.Delay(pause, clock, stoppingToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task ListenAsync(Action connected, CancellationToken ct)
    {
        await using var connection = await connections.Source.OpenConnectionAsync(ct);
        connection.Notification += (_, heard) => StoreNotice.Hear(heard.Payload, changes);
        await using (var listen = new NpgsqlCommand($"LISTEN {StoreNotice.Channel}", connection)) await listen.ExecuteNonQueryAsync(ct);
        // In this order: what is changed from now on is heard, and what was changed before is found.
        changes.Everything();
        connected();
        if (failing) Hears(log);
        failing = false;
        while (true) await connection.WaitAsync(ct);
    }

    [LoggerMessage(4011, LogLevel.Warning, "This node cannot hear what other nodes change. It goes on asking: clients and keys within a second, a revoked token that is cached within Gatehouse:AccessTokenCacheLifetime. It is tried again all the time, and said once per outage. See whether the database is reachable; behind a pooler that does not pass LISTEN on, set ListenForChanges to false.")]
    private static partial void Deaf(ILogger log, Exception e);

    [LoggerMessage(4012, LogLevel.Information, "This node hears again what other nodes change; what it had in memory is looked at anew.")]
    private static partial void Hears(ILogger log);
}

/// <summary>The one connection that listens: it is held for ever, and asked every few seconds whether it is still there, because a host that vanishes says nothing.</summary>
internal sealed class ListenerConnection(string connectionString, StoreLimits limits) : IAsyncDisposable, IDisposable
{
    private readonly PostgreSqlConnections connections = new(new NpgsqlConnectionStringBuilder(connectionString) { KeepAlive = 5, MinPoolSize = 0, MaxPoolSize = 1 }.ConnectionString, limits);

    public NpgsqlDataSource Source => connections.DataSource;

    public ValueTask DisposeAsync() => connections.DisposeAsync();

    public void Dispose() => connections.Dispose();
}
