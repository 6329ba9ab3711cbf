using Gatehouse.Sessions;
using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>The rules of <see cref="ILogoutOutbox"/>. Needs an outbox that nothing else empties while a rule runs.</summary>
public abstract class LogoutOutboxContract : StoreContract<ILogoutOutbox>
{
    /// <summary>What a client is told is what happened.</summary>
    [Fact]
    public async Task A_notice_that_is_due_is_claimed_as_it_was_added()
    {
        await EmptyAsync();
        var (with, without) = (NewNotice("zoë 😀", NewName("sid")), NewNotice("bob", null));
        await Store.AddAsync([with, without], Ct);
        await Store.AddAsync([], Ct);
        Assert.Equal(
            new[] { with, without }.Select(notice => notice with { DueAt = Now.AddMinutes(1), Attempts = 1 }).OrderBy(notice => notice.Id),
            (await OtherNode.ClaimAsync(Now, Now.AddMinutes(1), 10, Ct)).OrderBy(notice => notice.Id));
    }

    /// <summary>Two nodes that look at the same moment never send the same notice.</summary>
    [Fact]
    public async Task A_notice_is_claimed_once_however_many_ask()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await EmptyAsync();
            var notices = Enumerable.Range(0, 20).Select(i => NewNotice($"alice{i}", null)).ToList();
            await Store.AddAsync(notices, Ct);
            var claimed = await RaceAsync(async caller => await NodeOf(caller).ClaimAsync(Now, Now.AddMinutes(1), 20, Ct));
            Assert.Equal(notices.Select(notice => notice.Id).Order(), claimed.SelectMany(some => some).Select(notice => notice.Id).Order());
        }
    }

    /// <summary>A process that died with a claim has lost nothing: its time runs out, and another claims it.</summary>
    [Fact]
    public async Task A_claim_that_was_not_settled_in_time_is_claimed_again()
    {
        await EmptyAsync();
        var notice = NewNotice("alice", null);
        await Store.AddAsync([notice], Ct);
        Assert.Empty(await Store.ClaimAsync(Now.AddMilliseconds(-1), Now, 10, Ct));
        Assert.Equal(1, Assert.Single(await Store.ClaimAsync(Now, Now.AddMinutes(1), 10, Ct)).Attempts);
        Assert.Empty(await OtherNode.ClaimAsync(Now.AddSeconds(59), Now.AddMinutes(2), 10, Ct));
        Assert.Equal(2, Assert.Single(await OtherNode.ClaimAsync(Now.AddMinutes(1), Now.AddMinutes(2), 10, Ct)).Attempts);
    }

    /// <summary>Delivered is delivered.</summary>
    [Fact]
    public async Task A_removed_notice_is_gone()
    {
        await EmptyAsync();
        var (gone, stays) = (NewNotice("alice", null), NewNotice("bob", null));
        await Store.AddAsync([gone, stays], Ct);
        await OtherNode.RemoveAsync(gone.Id, Ct);
        await Store.RemoveAsync(gone.Id, Ct);
        Assert.Equal(stays.Id, Assert.Single(await Store.ClaimAsync(Now, Now.AddMinutes(1), 10, Ct)).Id);
    }

    /// <summary>Whoever was slow must not put off what another node has claimed meanwhile.</summary>
    [Fact]
    public async Task A_claimed_notice_is_postponed_by_whoever_claimed_it_last()
    {
        await EmptyAsync();
        await Store.AddAsync([NewNotice("alice", null)], Ct);
        var slow = Assert.Single(await Store.ClaimAsync(Now, Now.AddMinutes(1), 10, Ct));
        var last = Assert.Single(await OtherNode.ClaimAsync(Now.AddMinutes(1), Now.AddMinutes(2), 10, Ct));
        await Store.PostponeAsync(slow, Now.AddHours(9), true, Ct);
        await OtherNode.PostponeAsync(last, Now.AddMinutes(3), true, Ct);
        Assert.Empty(await Store.ClaimAsync(Now.AddMinutes(2), Now.AddHours(1), 10, Ct));
        Assert.Equal(3, Assert.Single(await Store.ClaimAsync(Now.AddMinutes(3), Now.AddHours(1), 10, Ct)).Attempts);
    }

    /// <summary>A client that is busy or silent has many notices waiting: each is claimed, and put back unsent, over and over.</summary>
    [Fact]
    public async Task A_claim_that_sent_nothing_is_no_attempt()
    {
        await EmptyAsync();
        await Store.AddAsync([NewNotice("alice", null)], Ct);
        for (var i = 0; i < 3; i++)
        {
            var unsent = Assert.Single(await Store.ClaimAsync(Now.AddMinutes(i), Now.AddMinutes(i + 10), 10, Ct));
            Assert.Equal(1, unsent.Attempts);
            await OtherNode.PostponeAsync(unsent, Now.AddMinutes(i + 1), false, Ct);
        }
        var sent = Assert.Single(await Store.ClaimAsync(Now.AddMinutes(3), Now.AddMinutes(10), 10, Ct));
        await Store.PostponeAsync(sent, Now.AddMinutes(4), true, Ct);
        Assert.Equal(2, Assert.Single(await OtherNode.ClaimAsync(Now.AddMinutes(4), Now.AddMinutes(10), 10, Ct)).Attempts);
    }

    /// <summary>Counts go back, so that the same count alone does not say that it is the same claim.</summary>
    [Fact]
    public async Task Whoever_was_slow_gives_back_no_claim_of_another()
    {
        await EmptyAsync();
        await Store.AddAsync([NewNotice("alice", null)], Ct);
        var slow = Assert.Single(await Store.ClaimAsync(Now, Now.AddMinutes(1), 10, Ct));
        await Store.PostponeAsync(slow, Now.AddMinutes(1), false, Ct);
        var last = Assert.Single(await OtherNode.ClaimAsync(Now.AddMinutes(1), Now.AddMinutes(5), 10, Ct));
        Assert.Equal(slow.Attempts, last.Attempts);
        await Store.PostponeAsync(slow, Now.AddMinutes(2), false, Ct);
        Assert.Empty(await Store.ClaimAsync(Now.AddMinutes(4), Now.AddHours(1), 10, Ct));
    }

    /// <summary>A large sign-out is worked through in bites, the oldest first.</summary>
    [Fact]
    public async Task At_most_the_limit_is_claimed_the_longest_due_first()
    {
        await EmptyAsync();
        for (var i = 4; i >= 0; i--) await Store.AddAsync([NewNotice($"alice{i}", null) with { DueAt = Now.AddSeconds(i) }], Ct);
        Assert.Equal(["alice0", "alice1", "alice2"], (await Store.ClaimAsync(Now.AddHours(1), Now.AddHours(2), 3, Ct)).Select(notice => notice.Subject));
        Assert.Equal(["alice3", "alice4"], (await OtherNode.ClaimAsync(Now.AddHours(1), Now.AddHours(2), 3, Ct)).Select(notice => notice.Subject));
    }

    private LogoutNotice NewNotice(string subject, string? sessionId) => new(Guid.CreateVersion7(), NewName("client"), subject, sessionId, Now, Now, 0);

    private async Task EmptyAsync()
    {
        foreach (var notice in await Store.ClaimAsync(Now.AddYears(10), Now.AddYears(10), 100_000, Ct)) await Store.RemoveAsync(notice.Id, Ct);
    }
}
