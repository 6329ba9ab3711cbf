namespace Gatehouse.Storage;

/// <summary>One thing that grows and is swept. Whoever makes something grow registers its own; the sweeper runs what is registered.</summary>
/// <param name="name">What it removes, in one word, for metrics.</param>
/// <param name="what">The same in words, for the log.</param>
/// <param name="remove">Given the time and a limit, removes at most so many rows of what is of no use any more, and returns how many.</param>
internal sealed class Sweep(string name, string what, Func<DateTimeOffset, int, CancellationToken, ValueTask<int>> remove)
{
    private long reached;

    public string Name => name;

    public string What => what;

    public ValueTask<int> RemoveAsync(DateTimeOffset now, int limit, CancellationToken ct) => remove(now, limit, ct);

    /// <summary>
    /// What was of no use at this time is gone; null until this node's first run is through. Now less this is how far behind the sweeper can be: while it keeps up, the interval and the length of a run. Costs no question to the
    /// database.
    /// </summary>
    public DateTimeOffset? SweptUntil => Volatile.Read(ref reached) is not 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <param name="now">Null where another node sweeps: what this one knew is old.</param>
    public void Reached(DateTimeOffset? now) => Volatile.Write(ref reached, now?.UtcTicks ?? 0);

    /// <summary>Artifacts, families and remembered keys, some time after they expired: until then a late question is still answered with the reason.</summary>
    public static Sweep Expired(IProtocolStore store, SweeperOptions options) =>
        new("expired", "expired artifacts, families and keys", (now, limit, ct) => store.SweepAsync(now - options.Grace, limit, ct));
}
