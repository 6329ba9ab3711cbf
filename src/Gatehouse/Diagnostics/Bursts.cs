using System.Collections.Concurrent;

namespace Gatehouse.Diagnostics;

/// <summary>Lets the log say once what happens a thousand times a second, and how often it was: to write it each time would be a second outage.</summary>
internal sealed class Bursts(TimeProvider clock)
{
    private readonly ConcurrentDictionary<object, Burst> bursts = new();

    /// <summary>True if it may be said now.</summary>
    /// <param name="what">What happened: a word of ours, or the type of an exception.</param>
    /// <param name="quiet">How long it is not said again.</param>
    /// <param name="unsaid">How often it happened since it was said last, this time not counted.</param>
    public bool MaySay(object what, TimeSpan quiet, out long unsaid) => bursts.GetOrAdd(what, static _ => new()).MaySay(clock, quiet, out unsaid);

    private sealed class Burst
    {
        private long saidAt, unsaid;
        private bool said;

        public bool MaySay(TimeProvider clock, TimeSpan quiet, out long before)
        {
            lock (this)
            {
                before = unsaid;
                if (said && clock.GetElapsedTime(saidAt) < quiet)
                {
                    unsaid++;
                    return false;
                }
                (said, saidAt, unsaid) = (true, clock.GetTimestamp(), 0);
                return true;
            }
        }
    }
}
