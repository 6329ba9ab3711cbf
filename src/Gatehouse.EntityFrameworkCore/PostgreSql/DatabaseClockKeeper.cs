using Gatehouse.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>Compares clocks before anything is served, and every ten seconds.</summary>
internal sealed partial class DatabaseClockKeeper(DatabaseClock clock, PostgreSqlConnections connections, IProtocolStore store, ILogger<DatabaseClockKeeper> log)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan interval = TimeSpan.FromSeconds(10), patience = TimeSpan.FromSeconds(5);

    private TimeSpan said;

    // The last store that was chosen counts, and that may be another one.
    private bool IsOurs => store is PostgreSqlProtocolStore;

    public Task StartingAsync(CancellationToken cancellationToken) => IsOurs ? TryCompareAsync(cancellationToken) : Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsOurs) return;
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryCompareAsync(stoppingToken);
    }

    private async Task TryCompareAsync(CancellationToken ct)
    {
        try
        {
            await CompareAsync(ct);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            // Others say that the database is away. Until it is back, what was found last holds. A background service that throws ends the app.
        }
    }

    private async Task CompareAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        await using var connection = await connections.DataSource.OpenConnectionAsync(limit.Token);
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var (asked, askedAt) = (clock.GetTimestamp(), clock.GetOwnUtcNow());
        var theirs = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(limit.Token))!);
        // It was looked at somewhere on the way, in the middle most likely.
        var halfway = clock.GetElapsedTime(asked) / 2;
        var ahead = theirs - (askedAt + halfway);
        var isCorrected = clock.Compare(ahead, halfway);
        if ((ahead - said).Duration() <= TimeSpan.FromSeconds(1)) return;
        said = ahead;
        if (!isCorrected) TooFar(log, ahead);
        else if (clock.Correction != TimeSpan.Zero) Corrected(log, ahead);
    }

    [LoggerMessage(4041, LogLevel.Warning, "The database's clock is {Ahead} ahead of this machine's. This node goes by the database's, so that all nodes have one time. Set this machine's clock right: run a clock service (NTP).")]
    private static partial void Corrected(ILogger log, TimeSpan ahead);

    [LoggerMessage(4042, LogLevel.Error, "The database's clock is {Ahead} ahead of this machine's, which is too much to go by either. This node keeps its own; codes and retries between nodes may be refused. Set both clocks right: run a clock service (NTP).")]
    private static partial void TooFar(ILogger log, TimeSpan ahead);
}
