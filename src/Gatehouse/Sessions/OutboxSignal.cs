using Gatehouse.Storage;

namespace Gatehouse.Sessions;

/// <summary>Tells this process's sender that there is something to send, so that it need not ask the store all the time. What other nodes put in is found when it asks.</summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly Signal signal = new();

    public void Ring() => signal.Ring();

    /// <summary>Returns when it rings, or <paramref name="atMost"/> has passed.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(signal.WaitAsync(stop.Token), Task.Delay(atMost, clock, stop.Token));
        await stop.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    public void Dispose() => signal.Dispose();
}
