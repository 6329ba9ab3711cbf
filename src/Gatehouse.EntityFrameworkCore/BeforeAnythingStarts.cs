using Microsoft.Extensions.Hosting;

namespace Gatehouse.EntityFrameworkCore;

/// <summary>What must be right before any service starts, and so before anything listens: a failure stops the app with its message.</summary>
internal abstract class BeforeAnythingStarts : IHostedLifecycleService
{
    public abstract Task StartingAsync(CancellationToken cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
