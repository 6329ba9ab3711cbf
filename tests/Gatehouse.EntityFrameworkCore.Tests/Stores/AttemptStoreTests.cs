using Gatehouse.Throttling;

namespace Gatehouse.EntityFrameworkCore.Tests.Stores;

public sealed class SqliteAttemptStoreTests() : AttemptStoreRules(() => TestDatabase.SqliteAsync());

public sealed class PostgreSqlAttemptStoreTests() : AttemptStoreRules(() => TestDatabase.PostgreSqlAsync());

public abstract class AttemptStoreRules : StoreRules<IAttemptStore>
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.UnixEpoch.AddSeconds(1_800_000_000);
    private static readonly DateTimeOffset Never = DateTimeOffset.UnixEpoch;

    private protected AttemptStoreRules(Func<Task<TestDatabase>> open) : base(open) { }

    [Fact]
    public async Task No_failure_is_lost_however_many_come_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
            await Store.AddFailureAsync(i % 2 == 0 ? ["user", "address"] : ["address", "user"], Noon, Never, Ct))));
        var counts = await Store.AddFailureAsync(["user", "address", "user"], Noon, Never, Ct);
        Assert.Equal([new("address", 33, Noon), new("user", 33, Noon)], counts.OrderBy(count => count.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_old_count_starts_again_at_one()
    {
        await Store.AddFailureAsync(["user"], Noon, Never, Ct);
        await Store.AddFailureAsync(["user"], Noon, Noon, Ct);
        Assert.Equal(2, Assert.Single(await Store.ListSinceAsync(Never, Ct)).Failures);
        Assert.Equal(new("user", 1, Noon.AddHours(2)), Assert.Single(await Store.AddFailureAsync(["user"], Noon.AddHours(2), Noon.AddHours(1), Ct)));
    }

    [Fact]
    public async Task A_node_whose_clock_is_behind_does_not_turn_the_last_failure_back()
    {
        await Store.AddFailureAsync(["user"], Noon, Never, Ct);
        Assert.Equal(new("user", 2, Noon), Assert.Single(await Store.AddFailureAsync(["user"], Noon.AddSeconds(-5), Never, Ct)));
    }

    [Fact]
    public async Task Clearing_forgets_one_key_only()
    {
        await Store.AddFailureAsync(["a", "b"], Noon, Never, Ct);
        await Store.ClearAsync("a", Ct);
        Assert.Equal("b", Assert.Single(await Store.ListSinceAsync(Never, Ct)).Key);
    }

    [Fact]
    public async Task Only_what_changed_is_listed()
    {
        await Store.AddFailureAsync(["old"], Noon, Never, Ct);
        await Store.AddFailureAsync(["new"], Noon.AddSeconds(1), Never, Ct);
        Assert.Equal("new", Assert.Single(await Store.ListSinceAsync(Noon, Ct)).Key);
    }

    [Fact]
    public async Task Sweeping_takes_the_oldest_in_batches_and_leaves_the_rest()
    {
        for (var i = 0; i < 5; i++) await Store.AddFailureAsync([$"k{i}"], Noon.AddSeconds(i), Never, Ct);
        Assert.Equal(2, await Store.SweepAsync(Noon.AddSeconds(3), 2, Ct));
        Assert.Equal(["k2", "k3", "k4"], (await Store.ListSinceAsync(Never, Ct)).Select(count => count.Key));
        Assert.Equal(1, await Store.SweepAsync(Noon.AddSeconds(3), 2, Ct));
        Assert.Equal(0, await Store.SweepAsync(Noon.AddSeconds(3), 2, Ct));
    }
}
