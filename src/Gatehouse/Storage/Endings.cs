using System.Collections.Concurrent;

namespace Gatehouse.Storage;

/// <summary>
/// What ended a moment ago. Somebody may have read it before it ended and keep it after: whoever ended it cannot see that copy, so whoever keeps it asks here.
/// </summary>
/// <remarks>Costs nothing but a look at an empty table while nothing ends, and no search through what is kept when something does.</remarks>
internal sealed class Endings<TKey>(TimeProvider clock) where TKey : notnull
{
    /// <summary>Longer than anything is trusted that was read before: tokens a minute at most, sessions five in an outage.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<TKey, long> ended = new();
    private long trimmedAt = clock.GetTimestamp(), allEndedAt = long.MinValue;

    public void Add(TKey key)
    {
        ended[key] = clock.GetTimestamp();
        var last = Interlocked.Read(ref trimmedAt);
        if (clock.GetElapsedTime(last) < Remembered || Interlocked.CompareExchange(ref trimmedAt, clock.GetTimestamp(), last) != last) return;
        foreach (var (old, at) in ended)
            if (clock.GetElapsedTime(at) > Remembered) ended.TryRemove(new(old, at));
    }

    /// <summary>Everything that was read until now may have ended.</summary>
    public void AddAll()
    {
        Interlocked.Exchange(ref allEndedAt, clock.GetTimestamp());
        ended.Clear();
    }

    /// <summary>Whether this was read before it ended, as far as anybody here has heard.</summary>
    public bool Concern(TKey key, Moment readAt) => readAt.Ticks <= Interlocked.Read(ref allEndedAt) || (!ended.IsEmpty && ended.TryGetValue(key, out var at) && readAt.Ticks <= at);
}
