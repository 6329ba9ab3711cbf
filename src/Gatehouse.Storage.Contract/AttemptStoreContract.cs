using Gatehouse.Throttling;
using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>The rules of <see cref="IAttemptStore"/>.</summary>
public abstract class AttemptStoreContract : StoreContract<IAttemptStore>
{
    private DateTimeOffset LongAgo => Now.AddDays(-1);

    /// <summary>The count is over all nodes.</summary>
    [Fact]
    public async Task Failures_are_counted_one_by_one()
    {
        string user = NewName("user"), address = NewName("address");
        for (var i = 1; i <= 5; i++)
        {
            var at = Now.AddSeconds(i);
            var counts = await NodeOf(i).AddFailureAsync([user, address], at, LongAgo, Ct);
            Assert.Equal([new Attempts(address, i, at), new Attempts(user, i, at)], counts.OrderBy(count => count.Key, StringComparer.Ordinal));
        }
        Assert.Equal([new Attempts(user, 6, Now.AddSeconds(6))], await Store.AddFailureAsync([user], Now.AddSeconds(6), LongAgo, Ct));
        Assert.Equal([new Attempts(address, 6, Now.AddSeconds(6))], await Store.AddFailureAsync([address], Now.AddSeconds(6), LongAgo, Ct));
    }

    /// <summary>Keys are compared by ordinal: folding case here would let a stranger lock somebody out, or share his count.</summary>
    [Fact]
    public async Task A_key_in_other_letters_is_another_count()
    {
        var key = NewName("user-é");
        Assert.Equal(1, await FailAsync(key, Now));
        Assert.Equal(1, await FailAsync(key.ToUpperInvariant(), Now));
        Assert.Equal(1, await FailAsync(key + " ", Now));
    }

    /// <summary>A guess that is not counted is a free guess: 32 at once are 32, and each caller is told its own number.</summary>
    [Fact]
    public async Task Failures_at_the_same_time_are_each_counted()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = NewName("user");
            var counts = await RaceAsync(async caller => Assert.Single(await NodeOf(caller).AddFailureAsync([key], Now, LongAgo, Ct)).Failures);
            Assert.Equal(Enumerable.Range(1, Callers), counts.Order());
        }
    }

    /// <summary>Two requests that name the same keys in another order must not wait for each other for ever.</summary>
    [Fact]
    public async Task Failures_at_the_same_time_are_counted_in_whatever_order_the_keys_come()
    {
        for (var round = 0; round < Rounds; round++)
        {
            string[] keys = [NewName("user"), NewName("client"), NewName("address")];
            await RaceAsync(async caller => await NodeOf(caller).AddFailureAsync(caller % 3 == 0 ? [.. keys.Reverse()] : keys, Now, LongAgo, Ct));
            foreach (var key in keys) Assert.Equal(Callers + 1, await FailAsync(key, Now));
        }
    }

    /// <summary>Yesterday's slips are forgotten; those within the time are not, to the millisecond.</summary>
    [Fact]
    public async Task A_count_whose_last_failure_is_too_old_starts_again_at_one()
    {
        var key = NewName("user");
        Assert.Equal(1, await FailAsync(key, Now));
        Assert.Equal(2, await FailAsync(key, Now.AddHours(1), forgetBefore: Now));
        Assert.Equal(3, await FailAsync(key, Now.AddHours(2), forgetBefore: Now.AddHours(1)));
        Assert.Equal(1, await FailAsync(key, Now.AddHours(3), forgetBefore: Now.AddHours(2).AddMilliseconds(1)));
        Assert.Equal(2, await FailAsync(key, Now.AddHours(3), forgetBefore: Now.AddHours(2)));
    }

    /// <summary>A success clears the count of one key, not of the others that failed with it.</summary>
    [Fact]
    public async Task A_cleared_count_starts_again_at_one_and_the_others_go_on()
    {
        string user = NewName("user"), address = NewName("address");
        await Store.AddFailureAsync([user, address], Now, LongAgo, Ct);
        await OtherNode.ClearAsync(user, Now.AddMilliseconds(1), Ct);
        // The node that still knows the count learns that it is gone.
        Assert.Contains(new Attempts(user, 0, Now.AddMilliseconds(1)), await Store.ListSinceAsync(Now, Ct));
        await Store.ClearAsync(user, Now.AddMilliseconds(2), Ct);
        await Store.ClearAsync(NewName("nobody"), Now, Ct);
        Assert.Equal(1, await FailAsync(user, Now));
        Assert.Equal(2, await FailAsync(address, Now));
    }

    /// <summary>A node learns what the others counted since it last asked.</summary>
    [Fact]
    public async Task Counts_that_changed_since_are_listed_and_older_ones_are_not()
    {
        string before = NewName("before"), after = NewName("after");
        await Store.AddFailureAsync([before], Now, LongAgo, Ct);
        await Store.AddFailureAsync([after], Now.AddMilliseconds(1), LongAgo, Ct);
        await Store.AddFailureAsync([after], Now.AddMilliseconds(2), LongAgo, Ct);
        var listed = await OtherNode.ListSinceAsync(Now, Ct);
        Assert.Contains(new Attempts(after, 2, Now.AddMilliseconds(2)), listed);
        Assert.DoesNotContain(listed, count => count.Key == before);
    }

    /// <summary>An attacker who invents user names must not fill the table for ever.</summary>
    [Fact]
    public async Task Sweeping_removes_old_counts_at_most_the_limit_and_leaves_young_ones()
    {
        while (await Store.SweepAsync(Now, 1000, Ct) > 0) { }
        for (var i = 0; i < 10; i++) await FailAsync(NewName("old"), Now.AddMilliseconds(-1));
        var young = NewName("young");
        await FailAsync(young, Now);
        var swept = 0;
        while (await NodeOf(swept).SweepAsync(Now, 3, Ct) is > 0 and var step)
        {
            Assert.InRange(step, 1, 3);
            swept += step;
        }
        Assert.Equal(10, swept);
        Assert.Equal(2, await FailAsync(young, Now));
    }

    private async Task<int> FailAsync(string key, DateTimeOffset at, DateTimeOffset? forgetBefore = null)
    {
        var count = Assert.Single(await Store.AddFailureAsync([key], at, forgetBefore ?? LongAgo, Ct));
        Assert.Equal(key, count.Key);
        return count.Failures;
    }
}
