// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
using System.Threading.RateLimiting;

namespace Gatehouse.Http;

/// <summary>
/// Places for so many requests, and a line of those who wait for one. <b>The newest is next</b>, and who has waited as long as one may is sent away. What has just arrived is still in the processor's caches; with thousands in line
/// the oldest is not, and oldest first a node answers half of what it could.
/// </summary>
/// <remarks>
/// <para>For the same reason there are no more places than keep the processors busy: so few that they just keep the processors busy, and up to a limit while those who have one wait for a database that is slow.</para>
/// <para>The line is ours. That of <see cref="ConcurrencyLimiter"/> keeps those who have given up until those who came before them are served, and newest first that is not before everybody has gone home. Here all wait for the same
/// time, so the oldest is always the first to give up, and one timer is enough.</para>
/// </remarks>
internal sealed class Places : IDisposable
{
    private readonly int least, most, room;
    private readonly TimeSpan time, longEnough;
    private readonly TimeProvider clock;
    private readonly ProcessorShare processors;
    private readonly ConcurrencyLimiter limiter;
    private readonly Lock changing = new();

    /// <summary>Places that nobody gets now.</summary>
    private readonly Stack<RateLimitLease> withheld = new();

    // The oldest first.
    private readonly LinkedList<Waiting> line = new();
    private int allowed;
    private ITimer? timer;
    private bool rings;

    /// <param name="least">Of places, when the processors have enough to do.</param>
    /// <param name="room">For those who wait.</param>
    /// <param name="time">How long anybody may.</param>
    public Places(int least, int most, int room, TimeSpan time, TimeProvider clock, ProcessorShare processors)
    {
        // Where nobody may wait, nobody comes by whom it would be seen that there should be more.
        (this.least, this.most) = (room == 0 ? most : Math.Min(least, most), most);
        (this.room, this.time, this.clock, this.processors) = (room, time, clock, processors);
        // Who comes within a hundredth of the time is sent away together: a timer that rings for each would ring thousands of times a second.
        longEnough = time * 0.99;
        limiter = new(new() { PermitLimit = most, QueueLimit = 0 });
        allowed = this.least;
        while (withheld.Count < most - allowed) withheld.Push(limiter.AttemptAcquire());
    }

    public long Free => limiter.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>How many places there are now.</summary>
    public int Count => allowed;

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
            Adapt();
            // One that was given back meanwhile, when nobody was in line, or one more.
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
        Waiting? next;
        lock (changing) next = Pass(place);
        next?.SetResult(place);
    }

    public void Dispose()
    {
        timer?.Dispose();
        limiter.Dispose();
    }

    /// <summary>To whom it goes, if to anybody.</summary>
    private Waiting? Pass(RateLimitLease place)
    {
        if (withheld.Count < most - allowed)
        {
            withheld.Push(place);
            return null;
        }
        if (line.Last is not { Value: var next })
        {
            place.Dispose();
            return null;
        }
        line.RemoveLast();
        return next;
    }

    /// <summary>All are taken. If the processors do not have enough to do by that, there should be more; if they have too much, fewer, as soon as somebody leaves.</summary>
    private void Adapt()
    {
        allowed = processors.Look() switch
        {
            < 0.8 => Math.Min(most, allowed * 2),
            > 0.9 => Math.Max(least, allowed * 3 / 4),
            _ => allowed,
        };
        while (withheld.Count > most - allowed)
        {
            var place = withheld.Pop();
            Pass(place)?.SetResult(place);
        }
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
