using Gatehouse.Storage;

namespace Gatehouse.EntityFrameworkCore.Model;

/// <summary>One call of a store, counted to its request's account if it is part of one. Dispose it when the call has ended, however it did.</summary>
internal readonly struct StoreCall : IDisposable
{
    private readonly StoreTime? request;
    private readonly TimeSpan limit;
    private readonly long since;

    private StoreCall(StoreTime? request, TimeSpan limit, long since) => (this.request, this.limit, this.since) = (request, limit, since);

    /// <exception cref="TimeoutException">Nothing is left for it.</exception>
    public static StoreCall Begin(TimeSpan limit)
    {
        var request = StoreTime.OfRequest;
        StoreTime.LeftOf(limit);
        return new(request, limit, BeginningOf(request, TimeProvider.System));
    }

    /// <summary>When the request began to wait, were all its waiting one wait that lasts.</summary>
    public static long BeginningOf(StoreTime? request, TimeProvider clock) => clock.GetTimestamp() - (request is null ? 0 : (long)(request.Waited.TotalSeconds * clock.TimestampFrequency));

    /// <summary>Never less than a moment.</summary>
    public TimeSpan Left => limit - TimeProvider.System.GetElapsedTime(since) is var left && left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);

    public void Dispose() => request?.Raise(TimeProvider.System.GetElapsedTime(since));
}
