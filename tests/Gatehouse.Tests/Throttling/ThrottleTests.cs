using Gatehouse.Throttling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Throttling;

/// <summary>What one node knows of the failures that all of them count.</summary>
public sealed class ThrottleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Now);
    private readonly GatehouseOptions options = new();

    [Fact]
    [Trait("SR", "SR-223")]
    public void What_was_read_before_a_failure_does_not_undo_it()
    {
        var throttle = NewThrottle();
        var user = throttle.User("alice");
        throttle.Learn(new(user.Key, 5, Now));

        throttle.Learn(new(user.Key, 4, Now));
        throttle.Learn(new(user.Key, 4, Now.AddSeconds(-1)));
        Assert.NotNull(throttle.CheckUser(user, null));

        // Somebody signed in on another node and then failed once.
        throttle.Learn(new(user.Key, 1, Now.AddSeconds(1)));
        Assert.Null(throttle.CheckUser(user, null));
        // A node whose clock is behind counts on.
        throttle.Learn(new(user.Key, 5, Now));
        Assert.NotNull(throttle.CheckUser(user, null));
    }

    [Theory, InlineData(1, 1), InlineData(3_600, 86_400), InlineData(3_600, 3_600)]
    public void The_wait_grows_to_its_limit_and_never_beyond_however_often_it_doubles(int first, int most)
    {
        (options.Throttling.FirstDelay, options.Throttling.MaxDelay) = (TimeSpan.FromSeconds(first), TimeSpan.FromSeconds(most));
        var throttle = NewThrottle();
        var user = throttle.User("alice");

        foreach (var failures in Enumerable.Range(30, 40).Append(2_000).Append(int.MaxValue))
        {
            throttle.Learn(new(user.Key, failures, Now));
            Assert.Equal(TimeSpan.FromSeconds(most), throttle.CheckUser(user, null)!.RetryAfter);
        }
    }

    [Fact]
    public void Zero_free_attempts_switch_a_counter_off()
    {
        options.Throttling.FreeAttemptsPerUser = 0;
        var throttle = NewThrottle();
        var user = throttle.User("alice");
        throttle.Learn(new(user.Key, 1_000, Now));

        Assert.Null(throttle.CheckUser(user, null));
        Assert.Equal(int.MaxValue, throttle.Remaining(user));
    }

    [Fact]
    [Trait("SR", "SR-226")]
    public void No_name_is_readable_in_a_counter() => Assert.DoesNotContain("alice", NewThrottle().User("alice").Key, StringComparison.OrdinalIgnoreCase);

    [Fact]
    [Trait("SR", "SR-223")]
    public async Task A_guesser_who_goes_to_another_node_has_to_wait_there_too()
    {
        var attempts = new InMemoryAttemptStore();
        await using var first = await TestProvider.StartAsync(services: services => services.AddSingleton<IAttemptStore>(attempts));
        await using var second = await TestProvider.StartAsync(services: services => services.AddSingleton<IAttemptStore>(attempts));
        var (here, there) = (await first.AddClientAsync(), await second.AddClientAsync());
        for (var i = 0; i < 12; i++)
        {
            first.Clock.Advance(TimeSpan.FromMinutes(i < 5 ? 0 : 15));
            second.Clock.Advance(TimeSpan.FromMinutes(i < 5 ? 0 : 15));
            (await here.TokenAsync(("grant_type", "password"), ("username", "alice"), ("password", "guess"))).IsRefused(400, "invalid_grant");
        }

        second.Clock.Advance(TimeSpan.FromMilliseconds(500));

        await Eventually.TrueAsync(async () => (await there.PasswordAsync()).Status == 429);
    }

    private Throttle NewThrottle() => new(new InMemoryAttemptStore(), Options.Create(options), TestMetrics.New(), clock, NullLogger<Throttle>.Instance);
}
