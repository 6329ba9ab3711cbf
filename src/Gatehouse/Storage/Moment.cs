namespace Gatehouse.Storage;

/// <summary>
/// A moment by two clocks. The machine's own never goes back, but stands still while a virtual machine is suspended; the wall clock sees the suspension, but somebody may set it. What must not be
/// trusted for longer than a bound has to be young by both.
/// </summary>
internal readonly record struct Moment(DateTimeOffset Wall, long Ticks)
{
    public static Moment Now(TimeProvider clock) => new(clock.GetUtcNow(), clock.GetTimestamp());

    /// <summary>How long ago, by the clock that says more. A wall clock that was set back says nothing, so that is longer than any bound.</summary>
    public TimeSpan AgeAt(Moment now, TimeProvider clock)
    {
        var (wall, machine) = (now.Wall - Wall, clock.GetElapsedTime(Ticks, now.Ticks));
        return wall < TimeSpan.Zero ? TimeSpan.MaxValue : wall > machine ? wall : machine;
    }
}
