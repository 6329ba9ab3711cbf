using Microsoft.Extensions.Hosting;

namespace Gatehouse.Diagnostics;

/// <summary>Says what there is to count, once whoever listens has started.</summary>
internal sealed class MetricsAnnouncement(Metrics metrics) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        metrics.Announce();
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
