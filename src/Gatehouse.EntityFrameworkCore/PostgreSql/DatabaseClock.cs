namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>
/// One time of day for all nodes, the database's: a node whose own clock agrees with it goes by its own, and one whose clock is off puts it right in its head. What one node writes
/// down as its time (a code's expiry, when a token was spent) is what the others compare with theirs.
/// </summary>
/// <remarks>Only the time of day: timers and time-outs go by the machine's other clock, which nobody sets.</remarks>
internal sealed class DatabaseClock(TimeProvider own) : TimeProvider
{
    /// <summary>Below this, clocks agree: nothing here is measured more finely, and a time of day that is put right all the time goes back now and then.</summary>
    private static readonly TimeSpan tolerance = TimeSpan.FromSeconds(1);

    /// <summary>Above this, one of the two is not off but wrong, and nobody here knows which.</summary>
    private static readonly TimeSpan mostCorrected = TimeSpan.FromMinutes(5);

    private long correction;

    /// <summary>What is added to this machine's time.</summary>
    public TimeSpan Correction => new(Volatile.Read(ref correction));

    public override long TimestampFrequency => own.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => own.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => own.GetUtcNow() + Correction;

    public override long GetTimestamp() => own.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => own.CreateTimer(callback, state, dueTime, period);

    /// <summary>The machine's own time, as if there were no database.</summary>
    public DateTimeOffset GetOwnUtcNow() => own.GetUtcNow();

    /// <param name="ahead">How far the database's clock is ahead of this machine's.</param>
    /// <param name="uncertainty">By how much that may be wrong.</param>
    /// <returns>False if the two are too far apart to be put right.</returns>
    public bool Compare(TimeSpan ahead, TimeSpan uncertainty)
    {
        var isFar = ahead.Duration() > mostCorrected;
        var wanted = isFar || ahead.Duration() <= tolerance ? TimeSpan.Zero : ahead;
        // What differs by no more than was measured is no reason to jump.
        if (wanted == TimeSpan.Zero || (wanted - Correction).Duration() > tolerance + uncertainty) Volatile.Write(ref correction, wanted.Ticks);
        return !isFar;
    }
}
