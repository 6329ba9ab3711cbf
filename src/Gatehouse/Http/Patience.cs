// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
namespace Gatehouse.Http;

/// <summary>
/// How long those wait who wait for the same thing. One timer for all who come within a hundredth of that time: with one for each, thousands of timers are looked through for each that is due. So nobody waits longer than that time, and
/// nobody waits in vain for less than 99 hundredths of it.
/// </summary>
internal sealed class Patience(TimeSpan time, TimeProvider clock)
{
    private readonly Lock changing = new();
    private readonly TimeSpan together = time / 100;
    private CancellationToken current;
    private long since = long.MinValue;

    /// <summary>For somebody who begins to wait now: cancelled when that was long enough.</summary>
    public CancellationToken Token
    {
        get
        {
            var now = clock.GetTimestamp();
            lock (changing)
            {
                // Its timer ends it; nothing is left to be disposed of.
                if (since == long.MinValue || clock.GetElapsedTime(since, now) >= together) (since, current) = (now, new CancellationTokenSource(time, clock).Token);
                return current;
            }
        }
    }
}
