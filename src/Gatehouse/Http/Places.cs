// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
using System.Threading.RateLimiting;

namespace Gatehouse.Http;

/// <summary>
/// Places for so many requests, and a line of those who wait for one. <b>The newest is next</b>, and who has waited as long as one may is sent away. What has just arrived is still in the processor's caches; with thousands in line
/// the oldest is not, and oldest first a node answers half of what it could.
/// </summary>
/// <remarks>
/// The line is ours. That of <see cref="ConcurrencyLimiter"/> keeps those who have given up until those who came before them are served, and newest first that is not before everybody has gone home. Here all wait for the same time, so
/// the oldest is always the first to give up, and one timer is enough.
/// </remarks>
internal sealed class Places(int places, int room, TimeSpan time, TimeProvider clock) : IDisposable
{
    /// <summary>Who comes within a hundredth of the time is sent away together: a timer that rings for each would ring thousands of times a second.</summary>
    private readonly TimeSpan longEnough = time * 0.99;

    private readonly Lock changing = new();
    private readonly ConcurrencyLimiter limiter = new(new() { PermitLimit = places, QueueLimit = 0 });

    // The oldest first.
    private readonly LinkedList<Waiting> line = new();
    private ITimer? timer;
    private bool rings;

    public long Free => limiter.GetStatistics()!.CurrentAvailablePermits;

    public int InLine => line.Count;

    /// <summary>Neither a place nor room to wait for one.</summary>
    public bool AreFull => InLine >= room && Free == 0;

    /// <summary>Null if it waited in vain, or nobody else may wait. Give it back with <see cref="Leave"/>.</summary>
    public ValueTask<RateLimitLease?> EnterAsync()
    {
        var place = limiter.AttemptAcquire();
        if (place.IsAcquired) return new(place);
        lock (changing)
        {
            // One that was given back meanwhile, when nobody was in line.
            place = limiter.AttemptAcquire();
            if (place.IsAcquired || line.Count >= room) return new(place.IsAcquired ? place : null);
            var waiting = new Waiting(clock.GetTimestamp());
            line.AddLast(waiting);
            if (!rings) Ring(time);
            return new(waiting.Task);
        }
    }

    public void Leave(RateLimitLease place)
    {
        Waiting next;
        lock (changing)
        {
            if (line.Last is null)
            {
                place.Dispose();
                return;
            }
            next = line.Last.Value;
            line.RemoveLast();
        }
        next.SetResult(place);
    }

    public void Dispose()
    {
        timer?.Dispose();
        limiter.Dispose();
    }

    private void SendAway()
    {
        List<Waiting> gone = [];
        lock (changing)
        {
            var now = clock.GetTimestamp();
            rings = false;
            while (line.First is { } oldest && !rings)
            {
                var waited = clock.GetElapsedTime(oldest.Value.Since, now);
                if (waited < longEnough)
                {
                    Ring(time - waited);
                    continue;
                }
                line.RemoveFirst();
                gone.Add(oldest.Value);
            }
        }
        foreach (var one in gone) one.SetResult(null);
    }

    private void Ring(TimeSpan after)
    {
        rings = true;
        timer ??= clock.CreateTimer(static places => ((Places)places!).SendAway(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    private sealed class Waiting(long since) : TaskCompletionSource<RateLimitLease?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Since => since;
    }
}
