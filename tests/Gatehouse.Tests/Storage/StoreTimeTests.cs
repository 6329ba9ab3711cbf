using System.Collections.Concurrent;
using Gatehouse.Http;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Storage;

public sealed class StoreTimeTests
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(5), second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Outside_of_requests_every_call_has_the_whole_limit()
    {
        Assert.Null(StoreTime.OfRequest);
        Assert.Equal(limit, StoreTime.LeftOf(limit));
    }

    [Fact]
    public void A_call_gets_what_those_before_it_have_left_and_nothing_where_nothing_is()
    {
        StoreTime.Start();
        Assert.Equal(limit, StoreTime.LeftOf(limit));
        StoreTime.OfRequest!.Raise(2 * second);
        Assert.Equal(3 * second, StoreTime.LeftOf(limit));
        StoreTime.OfRequest.Raise(limit);
        Assert.Throws<TimeoutException>(() => StoreTime.LeftOf(limit));
    }

    [Fact]
    public void Calls_that_were_on_their_way_together_count_once()
    {
        StoreTime.Start();
        StoreTime.OfRequest!.Raise(2 * second);
        StoreTime.OfRequest.Raise(second);
        Assert.Equal(2 * second, StoreTime.OfRequest.Waited);
    }

    [Fact]
    public void What_a_database_that_is_well_takes_is_not_counted()
    {
        StoreTime.Start();
        StoreTime.OfRequest!.Raise(TimeSpan.FromMilliseconds(99));
        Assert.Equal(TimeSpan.Zero, StoreTime.OfRequest.Waited);
        StoreTime.OfRequest.Raise(TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.FromMilliseconds(100), StoreTime.OfRequest.Waited);
    }

    [Fact]
    public async Task A_look_up_that_others_share_is_not_cut_short_and_its_caller_is_counted_on()
    {
        StoreTime.Start();
        StoreTime.OfRequest!.Raise(limit);
        Assert.Equal(limit, await LookUpAsync());
        Assert.Throws<TimeoutException>(() => StoreTime.LeftOf(limit));

        static async Task<TimeSpan> LookUpAsync()
        {
            StoreTime.Share();
            await Task.Yield();
            return StoreTime.LeftOf(limit);
        }
    }

    /// <summary>To find out who is signed in asks the store as well, long before any endpoint.</summary>
    [Fact]
    public async Task Each_request_has_an_account_of_its_own_from_its_very_beginning()
    {
        var seen = new ConcurrentQueue<StoreTime?>();
        var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        new CountsStoreTime().Configure(static app => { })(app);
        app.Run(async _ =>
        {
            seen.Enqueue(StoreTime.OfRequest);
            await Task.Yield();
            seen.Enqueue(StoreTime.OfRequest);
        });
        var pipeline = app.Build();
        await pipeline(new DefaultHttpContext());
        await pipeline(new DefaultHttpContext());
        Assert.DoesNotContain(null, seen);
        Assert.Equal(2, seen.Distinct().Count());
        Assert.Same(seen.First(), seen.ElementAt(1));
    }
}
