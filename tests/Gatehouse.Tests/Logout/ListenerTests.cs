using Gatehouse.Logout;
using Gatehouse.Sessions;

namespace Gatehouse.Tests.Logout;

/// <summary>Whom many sessions of one client keep busy.</summary>
public sealed class ListenerTests
{
    private static readonly DateTimeOffset start = DateTimeOffset.UnixEpoch;

    private static LogoutNotice Notice(int attempts = 1) => new(Guid.CreateVersion7(), "app", "1", null, start, start, attempts);

    [Theory]
    [InlineData(5)]
    [InlineData(200)]
    [InlineData(3000)]
    public void Thousands_for_one_client_are_sent_as_fast_as_it_takes_them_and_put_off_a_few_times(int milliseconds)
    {
        const int Many = 2000;
        var (listener, takes, now) = (new Listener(), TimeSpan.FromMilliseconds(milliseconds), start);
        var due = new PriorityQueue<LogoutNotice, DateTimeOffset>(Enumerable.Range(0, Many).Select(_ => (Notice(), start)));
        var ends = new PriorityQueue<LogoutNotice, DateTimeOffset>();
        var claimed = new Dictionary<Guid, DateTimeOffset>();
        var (sent, postponed) = (0, 0);
        // What the sender does, on a clock of its own: every few milliseconds it looks which have arrived, and which are due.
        for (; sent < Many; now += TimeSpan.FromMilliseconds(5))
        {
            while (ends.TryPeek(out _, out var end) && end <= now)
            {
                Assert.True(claimed.Remove(ends.Dequeue().Id, out var until) && until >= now, "A claim ran out while it was under way.");
                sent++;
                if (listener.Next(now, takes) is { } next) ends.Enqueue(next, now + takes);
            }
            for (var i = 0; i < 24 && due.TryPeek(out var notice, out var since) && since <= now; i++)
            {
                due.Dequeue();
                claimed[notice.Id] = now + TimeSpan.FromSeconds(70);
                var (sendNow, postponeTo) = listener.Take(notice, now, claimed[notice.Id]);
                if (sendNow) ends.Enqueue(notice, now + takes);
                if (postponeTo is not { } time) continue;
                due.Enqueue(notice, time);
                postponed++;
            }
            Assert.True(now < start + takes * Many, $"{sent} of {Many} are sent.");
        }
        Assert.InRange(now - start, TimeSpan.Zero, takes * Many / 2 * 1.5 + TimeSpan.FromSeconds(2));
        Assert.InRange(postponed, Many / 2, Many * 3);
    }

    [Fact]
    public void After_a_failure_nothing_is_sent_for_a_while_and_what_is_in_line_waits_as_long()
    {
        var listener = new Listener();
        var until = start.AddMinutes(1);
        Assert.Equal([true, true, false, false], Enumerable.Range(0, 4).Select(_ => listener.Take(Notice(), start, until).SendNow));

        var (quiet, left) = listener.Failed(start, attempts: 1);
        Assert.Equal((start.AddSeconds(10), 2), (quiet, left.Count));
        Assert.Null(listener.Next(start, TimeSpan.Zero));
        Assert.Equal((false, quiet), listener.Take(Notice(), start.AddSeconds(9), until));
        Assert.Equal((true, null), listener.Take(Notice(), quiet, until));
        Assert.Equal(quiet.AddSeconds(20), listener.Failed(quiet, attempts: 1).Until);
    }

    [Fact]
    public void What_waited_in_line_for_so_long_that_another_node_may_claim_it_is_left_to_it()
    {
        var listener = new Listener();
        for (var i = 0; i < 2; i++) Assert.True(listener.Take(Notice(), start, start.AddMinutes(1)).SendNow);
        var fresh = Notice();
        Assert.Equal((false, null), listener.Take(Notice(), start, start.AddSeconds(30)));
        Assert.Equal((false, null), listener.Take(fresh, start.AddSeconds(10), start.AddSeconds(60)));
        Assert.Equal(fresh, listener.Next(start.AddSeconds(29.95), TimeSpan.FromMilliseconds(100)));
    }
}
