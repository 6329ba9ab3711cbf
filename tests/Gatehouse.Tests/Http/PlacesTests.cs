using Gatehouse.Http;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Http;

/// <summary>A place that got lost would be missing until the next start, and one too many would be no limit.</summary>
public sealed class PlacesTests
{
    [Fact]
    public async Task No_place_is_lost_and_none_is_given_twice_however_many_come_go_and_give_up()
    {
        var clock = new FakeTimeProvider();
        using var places = new Places(places: 3, room: 20, TimeSpan.FromMilliseconds(100), clock);
        var (inside, most, served, sentAway) = (0, 0, 0, 0);

        var coming = Enumerable.Range(0, 8).Select(_ => Task.Run(() => Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => VisitAsync())))).ToList();
        var all = Task.WhenAll(coming);
        // Whoever waits now has waited for long enough.
        while (!all.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        await all;

        Assert.Equal(8000, served + sentAway);
        Assert.InRange(most, 1, 3);
        Assert.Equal((3, 0), (places.Free, places.InLine));
        Assert.NotEqual(0, served);
        Assert.NotEqual(0, sentAway);

        async Task VisitAsync()
        {
            if (await places.EnterAsync() is not { } place)
            {
                Interlocked.Increment(ref sentAway);
                return;
            }
            var now = Interlocked.Increment(ref inside);
            for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, now, seen);
            await Task.Yield();
            Interlocked.Increment(ref served);
            Interlocked.Decrement(ref inside);
            places.Leave(place);
        }
    }

    [Fact]
    public async Task Who_waited_in_vain_leaves_room_for_another_one()
    {
        var clock = new FakeTimeProvider();
        using var places = new Places(places: 1, room: 1, TimeSpan.FromSeconds(3), clock);
        var place = await places.EnterAsync();
        var waiting = places.EnterAsync().AsTask();
        Assert.Null(await places.EnterAsync());
        Assert.True(places.AreFull);

        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await waiting);
        Assert.False(places.AreFull);

        // The timer rings for the next one, too, and who is served has nothing to do with it any more.
        waiting = places.EnterAsync().AsTask();
        places.Leave(place!);
        place = await waiting;
        waiting = places.EnterAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(await waiting);
        places.Leave(place!);
        Assert.Equal((1, 0), (places.Free, places.InLine));
    }
}
