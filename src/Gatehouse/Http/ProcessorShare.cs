// RFC 9110 - HTTP Semantics (§15.6.4: 503 and Retry-After)
namespace Gatehouse.Http;

/// <summary>How much of its processors this process uses, looked at now and then.</summary>
/// <param name="used">Processor time of this process, since it began.</param>
internal sealed class ProcessorShare(TimeProvider clock, Func<TimeSpan> used, int processors)
{
    /// <summary>Shorter, a garbage collection is all that one sees; longer, one sees what was before.</summary>
    private static readonly TimeSpan shortest = TimeSpan.FromMilliseconds(100), longest = TimeSpan.FromSeconds(1);

    private long since = clock.GetTimestamp();
    private TimeSpan before;

    /// <summary>Of all its processors, since the last look that told something; null if that is too short or too long ago to tell. For one caller at a time.</summary>
    public double? Look()
    {
        var elapsed = clock.GetElapsedTime(since);
        if (elapsed < shortest) return null;
        var (now, last) = (used(), before);
        (since, before) = (clock.GetTimestamp(), now);
        return elapsed > longest ? null : (now - last) / (elapsed * processors);
    }
}
