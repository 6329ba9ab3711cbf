namespace Gatehouse.Storage;

/// <summary>Wakes one that waits. Rung any number of times while nobody waits, it wakes once.</summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim rung = new(0, 1);

    public void Ring()
    {
        try
        {
            if (rung.CurrentCount == 0) rung.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else rang at the same moment; or the app has ended, and a timer was on its way.
        }
    }

    /// <summary>Returns when it rings, or at once if it did since the last time.</summary>
    public Task WaitAsync(CancellationToken ct) => rung.WaitAsync(ct);

    /// <summary>Rings by itself, again and again, until the result is disposed of.</summary>
    public ITimer RingEvery(TimeSpan interval, TimeProvider clock) => clock.CreateTimer(static signal => ((Signal)signal!).Ring(), this, interval, interval);

    public void Dispose() => rung.Dispose();
}
