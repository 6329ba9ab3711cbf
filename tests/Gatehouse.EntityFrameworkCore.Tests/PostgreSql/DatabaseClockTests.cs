using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.EntityFrameworkCore.Tests.PostgreSql;

public sealed class DatabaseClockTests
{
    private static readonly DateTimeOffset start = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider own = new(start);

    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(-0.9, 0)]
    [InlineData(60, 60)]
    [InlineData(-60, -60)]
    [InlineData(299, 299)]
    public void A_clock_that_is_off_is_put_right_and_one_that_agrees_is_left_alone(double ahead, double corrected)
    {
        var clock = new DatabaseClock(own);

        Assert.True(clock.Compare(TimeSpan.FromSeconds(ahead), TimeSpan.FromMilliseconds(1)));
        Assert.Equal(start + TimeSpan.FromSeconds(corrected), clock.GetUtcNow());
    }

    [Fact]
    public void Clocks_that_are_further_apart_than_five_minutes_are_for_an_operator()
    {
        var clock = new DatabaseClock(own);
        clock.Compare(TimeSpan.FromSeconds(60), TimeSpan.Zero);

        Assert.False(clock.Compare(TimeSpan.FromMinutes(6), TimeSpan.Zero));
        Assert.Equal(start, clock.GetUtcNow());
    }

    [Fact]
    public void A_clock_that_was_set_right_is_believed_again()
    {
        var clock = new DatabaseClock(own);
        clock.Compare(TimeSpan.FromSeconds(60), TimeSpan.Zero);
        clock.Compare(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(1));

        Assert.Equal(start, clock.GetUtcNow());
    }

    [Fact]
    public void A_slow_line_does_not_make_time_jump()
    {
        var clock = new DatabaseClock(own);
        clock.Compare(TimeSpan.FromSeconds(60), TimeSpan.Zero);
        clock.Compare(TimeSpan.FromSeconds(61.5), TimeSpan.FromSeconds(1));

        Assert.Equal(start + TimeSpan.FromSeconds(60), clock.GetUtcNow());
    }

    [Fact]
    public async Task A_node_compares_clocks_before_it_serves()
    {
        var cluster = await PostgresCluster.SharedAsync();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGatehouse(options => options.Issuer = "https://app.example").UsePostgreSql(await cluster.CreateDatabaseAsync(TestContext.Current.CancellationToken));
        // This machine's clock is wrong by two minutes; the database, on the same machine, knows better.
        var clock = new DatabaseClock(new Slow(TimeSpan.FromMinutes(2)));
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton<TimeProvider>(clock);
        using var host = builder.Build();

        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.InRange((clock.GetUtcNow() - TimeProvider.System.GetUtcNow()).TotalSeconds, -10, 10);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void An_app_that_brings_a_clock_keeps_it()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(own);
        services.AddLogging().AddGatehouse().UsePostgreSql("Host=nowhere.example");

        using var provider = services.BuildServiceProvider();

        Assert.Same(own, provider.GetRequiredService<TimeProvider>());
    }

    private sealed class Slow(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - by;
    }
}
