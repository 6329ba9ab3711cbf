using System.Threading.RateLimiting;
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
        // The processors are busy at one look and idle at the next: there are fewer places, and more again.
        var (looks, used) = (0, TimeSpan.Zero);
        using var places = new Places(least: 1, most: 3, room: 20, TimeSpan.FromMilliseconds(100), clock, new(clock, () => used += TimeSpan.FromSeconds(looks++ % 2), 1));
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
        Assert.Equal((places.Count, 0), (places.Free, places.InLine));
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
        using var places = new Places(least: 1, most: 1, room: 1, TimeSpan.FromSeconds(3), clock, Idle(clock));
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

    [Fact]
    public async Task There_are_more_places_while_the_processors_idle_and_fewer_again_when_they_do_not()
    {
        var clock = new FakeTimeProvider();
        var used = TimeSpan.Zero;
        using var places = new Places(least: 4, most: 10, room: 100, TimeSpan.FromSeconds(3), clock, new(clock, () => used, 2));
        Queue<Task<RateLimitLease?>> inside = new();
        Come(4);
        Assert.All(inside, one => Assert.True(one.IsCompleted));
        Come(2);
        Assert.Equal((4, 0, 2), (places.Count, places.Free, places.InLine));

        // A database that takes a second: nothing to do meanwhile. Who comes sees it, and whoever waits gets in, too.
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Come(1);
        Assert.Equal((8, 1, 0), (places.Count, places.Free, places.InLine));
        Come(2);
        Assert.Equal((8, 0, 1), (places.Count, places.Free, places.InLine));
        clock.Advance(TimeSpan.FromMilliseconds(100));
        Come(1);
        Assert.Equal((10, 0, 0), (places.Count, places.Free, places.InLine));

        // Enough to do, by that: it stays so.
        Use(0.85);
        Come(1);
        Assert.Equal((10, 0, 1), (places.Count, places.Free, places.InLine));

        // Too much: nobody is thrown out, but who leaves gives the place to nobody, until there are so few again.
        foreach (var count in (int[])[7, 5, 4, 4])
        {
            Use(1);
            Come(1);
            Assert.Equal((count, 0), (places.Count, places.Free));
        }
        for (var i = 0; i < 6; i++) places.Leave((await inside.Dequeue())!);
        Assert.Equal(5, places.InLine);
        places.Leave((await inside.Dequeue())!);
        Assert.Equal(4, places.InLine);

        // A look after a long time says nothing.
        clock.Advance(TimeSpan.FromSeconds(2));
        Come(1);
        Assert.Equal((4, 5), (places.Count, places.InLine));

        void Come(int count)
        {
            for (var i = 0; i < count; i++) inside.Enqueue(places.EnterAsync().AsTask());
        }

        void Use(double share)
        {
            clock.Advance(TimeSpan.FromMilliseconds(200));
            used += TimeSpan.FromMilliseconds(400) * share;
        }
    }

    [Fact]
    public async Task Where_nobody_may_wait_all_places_are_there()
    {
        var clock = new FakeTimeProvider();
        using var places = new Places(least: 1, most: 2, room: 0, TimeSpan.FromSeconds(3), clock, Idle(clock));
        Assert.NotNull(await places.EnterAsync());
        Assert.False(places.AreFull);
        Assert.NotNull(await places.EnterAsync());
        Assert.True(places.AreFull);
        Assert.Null(await places.EnterAsync());
    }

    private static ProcessorShare Idle(FakeTimeProvider clock) => new(clock, () => TimeSpan.Zero, 1);
}
