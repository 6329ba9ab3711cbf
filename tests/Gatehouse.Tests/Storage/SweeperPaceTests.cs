using Gatehouse.Storage;

namespace Gatehouse.Tests.Storage;

public sealed class SweeperPaceTests
{
    [Fact]
    public void A_quick_database_is_given_full_batches_and_short_pauses()
    {
        var pace = new SweeperPace(1000);
        for (var i = 0; i < 10; i++) Assert.Equal(SweeperPace.ShortestPause, pace.After(TimeSpan.FromMilliseconds(5)));
        Assert.Equal(1000, pace.Rows);
    }

    [Fact]
    public void A_slow_database_is_given_less_to_do_and_rests_three_times_as_long_as_it_worked()
    {
        var pace = new SweeperPace(1000);
        Assert.Equal(TimeSpan.FromSeconds(6), pace.After(TimeSpan.FromSeconds(2)));
        Assert.Equal(500, pace.Rows);
        for (var i = 0; i < 20; i++) pace.After(TimeSpan.FromSeconds(2));
        Assert.Equal(250, pace.Rows);
        for (var i = 0; i < 20; i++) pace.After(TimeSpan.FromMilliseconds(2));
        Assert.Equal(1000, pace.Rows);
    }

    [Theory, InlineData(1), InlineData(10), InlineData(99)]
    public void It_never_takes_more_than_it_may(int most)
    {
        var pace = new SweeperPace(most);
        for (var i = 0; i < 20; i++)
        {
            pace.After(i % 2 == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            Assert.InRange(pace.Rows, 1, most);
        }
    }
}
