namespace Gatehouse.Sessions;

/// <summary>Tells this process's sender that there is something to send, so that it need not ask the store all the time. What other nodes put in is found when it asks.</summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim rung = new(0, 1);

    public void Ring()
    {
        try
        {
            if (rung.CurrentCount == 0) rung.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else rang at the same moment.
        }
    }

    /// <summary>Returns when it rings, or <paramref name="atMost"/> has passed.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(rung.WaitAsync(stop.Token), Task.Delay(atMost, clock, stop.Token));
        await stop.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    public void Dispose() => rung.Dispose();
}
