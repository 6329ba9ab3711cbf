using Microsoft.Extensions.Hosting;

namespace Gatehouse.Keys;

/// <summary>Asks the key sources once a minute, beside everything else: a slow one delays neither the start nor a request that does not need it.</summary>
internal sealed class ExternalKeysRefresher(ExternalKeys keys, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (keys.None) return;
        using var timer = new PeriodicTimer(Interval, clock);
        do await keys.RefreshAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
