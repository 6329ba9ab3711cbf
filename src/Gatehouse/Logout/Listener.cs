// OpenID Connect Back-Channel Logout 1.0 - OpenID Connect Back-Channel Logout 1.0 (§2.5: in the background)
using Gatehouse.Sessions;

namespace Gatehouse.Logout;

/// <summary>What this process sends to one client: few at once, some in line, and nothing for a while after a failure.</summary>
internal sealed class Listener
{
    private const int MaxAtOnce = 2, MaxInLine = 32;

    /// <summary>Below that, more time would go into putting off than into sending.</summary>
    private static readonly TimeSpan takesAtLeast = TimeSpan.FromMilliseconds(2);

    private readonly Lock changing = new();
    private readonly Queue<(LogoutNotice Notice, DateTimeOffset Until)> line = new();
    private int underWay, failures;
    private DateTimeOffset quietUntil, lastTurn;
    private TimeSpan takes = TimeSpan.FromMilliseconds(100);

    /// <summary>What becomes of a notice that was claimed: sent now, after those before it, or not before the time that it says.</summary>
    /// <param name="until">When the claim runs out.</param>
    public (bool SendNow, DateTimeOffset? PostponeTo) Take(LogoutNotice notice, DateTimeOffset now, DateTimeOffset until)
    {
        lock (changing)
        {
            if (quietUntil > now) return (false, quietUntil);
            if (underWay < MaxAtOnce)
            {
                underWay++;
                return (true, null);
            }
            if (line.Count < MaxInLine)
            {
                line.Enqueue((notice, until));
                return (false, null);
            }
            // Each at a time of its own, as fast as the client takes them. If all came back together, all but a few would be put off again, and again.
            lastTurn = (lastTurn > now ? lastTurn : now + takes * MaxInLine / MaxAtOnce) + takes / MaxAtOnce;
            return (false, lastTurn);
        }
    }

    /// <summary>The next one in line for whoever has just sent one; null, and the way is free for others, if there is none.</summary>
    /// <param name="took">How long that took.</param>
    public LogoutNotice? Next(DateTimeOffset now, TimeSpan took)
    {
        lock (changing)
        {
            takes = (takes * 7 + (took < takesAtLeast ? takesAtLeast : took)) / 8;
            // Whose claim runs out while it is under way is sent twice.
            while (quietUntil <= now && line.TryDequeue(out var next))
                if (next.Until - now > takes) return next.Notice;
            underWay--;
            return null;
        }
    }

    public void Delivered()
    {
        lock (changing) (quietUntil, failures) = (default, 0);
    }

    /// <summary>Nothing for a while; what is in line waits as long. Of many notices each is new, and the client would be asked every ten seconds for as long as they last: it has a count of its own.</summary>
    public (DateTimeOffset Until, IReadOnlyList<LogoutNotice> InLine) Failed(DateTimeOffset now, int attempts)
    {
        lock (changing)
        {
            // Once for all that were under way together.
            if (quietUntil <= now) failures++;
            quietUntil = now + BackChannelDelivery.PauseAfter(Math.Max(attempts, failures));
            LogoutNotice[] left = [.. line.Select(one => one.Notice)];
            line.Clear();
            return (quietUntil, left);
        }
    }

    /// <summary>Whether some were put off because there were so many.</summary>
    public bool IsAwaited(DateTimeOffset now)
    {
        lock (changing) return lastTurn > now;
    }
}
