namespace Gatehouse.Storage;

/// <summary>
/// How long a request has waited for its stores, and for nothing else. A page looks several things up, one after the other, and <see cref="StoreLimits.Timeout"/> is for all of them together: each may take what those
/// before it left, and where nothing is left the next one fails at once. The stores of <c>Gatehouse.EntityFrameworkCore</c> count here, and a store of your own may.
/// </summary>
/// <remarks>
/// What takes less than a tenth of a second is not counted, so that nothing changes as long as the database is well. Every minute it begins anew: requests that last (a WebSocket), and what a request
/// leaves behind (a timer), ask for years.
/// </remarks>
public sealed class StoreTime
{
    private static readonly TimeSpan unnoticed = TimeSpan.FromMilliseconds(100), anewAfter = TimeSpan.FromMinutes(1);

    private static readonly AsyncLocal<StoreTime?> current = new();

    // Of the machine's clock, as the stores' limits: what is waited for is real.
    private long began = TimeProvider.System.GetTimestamp(), waited;

    private StoreTime() { }

    /// <summary>Of the request that is being answered; null outside of requests, where each call has the whole limit, and in look-ups that several requests share.</summary>
    public static StoreTime? OfRequest => current.Value is { } time ? time.Lasting() : null;

    /// <summary>All calls together, so far.</summary>
    public TimeSpan Waited => new(Volatile.Read(ref waited));

    /// <summary>What is left of a limit, for the next call.</summary>
    /// <param name="limit">For the whole request, for example <see cref="StoreLimits.Timeout"/>.</param>
    /// <exception cref="TimeoutException">Nothing. Gatehouse answers with 503 and <c>Retry-After</c>.</exception>
    public static TimeSpan LeftOf(TimeSpan limit) => OfRequest is not { } time ? limit : limit - time.Waited is var left && left > TimeSpan.Zero ? left : throw NothingLeft();

    /// <summary>A call has ended. Calls that were on their way at the same time count once.</summary>
    /// <param name="together">What <see cref="Waited"/> was when it began, and how long it took.</param>
    public void Raise(TimeSpan together)
    {
        for (var seen = Volatile.Read(ref waited); together.Ticks - seen >= unnoticed.Ticks;)
            if (Interlocked.CompareExchange(ref waited, together.Ticks, seen) is var found && found == seen) return;
            else seen = found;
    }

    /// <summary>From here on, for whatever the caller calls.</summary>
    internal static void Start() => current.Value = new();

    /// <summary>What an async method does from here on is not the request's alone, so that one that has waited long does not cut it short for all others.</summary>
    internal static void Share()
    {
        if (current.Value is not null) current.Value = null;
    }

    private static TimeoutException NothingLeft() => new("The database answered too slowly for all that the request asks of it. Gatehouse:Store:Timeout is the limit.");

    private StoreTime Lasting()
    {
        if (TimeProvider.System.GetElapsedTime(began) > anewAfter)
        {
            began = TimeProvider.System.GetTimestamp();
            Volatile.Write(ref waited, 0);
        }
        return this;
    }
}
