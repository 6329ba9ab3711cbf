using Gatehouse.Sessions;
using Xunit;

namespace Gatehouse.Storage.Contract;

/// <summary>The rules of <see cref="ISessionStore"/>, together with the <see cref="ILogoutOutbox"/> that the end of a session fills.</summary>
public abstract class SessionStoreContract : StoreContract<ISessionStore>
{
    /// <summary>The outbox on the same data.</summary>
    protected abstract ILogoutOutbox Outbox { get; }

    /// <summary>What an ID token says of a sign-in is what the app said, to the millisecond.</summary>
    [Fact]
    public async Task A_session_is_found_as_it_was_started()
    {
        var session = NewSession(NewName("zoë 😀")) with { Amr = ["pwd", "otp"], Acr = "urn:é", Device = "Firefox on Linux", Clients = [] };
        await Store.StartAsync(session, Ct);
        AssertSame(session, await Store.FindAsync(session.Id, Ct));
        AssertSame(session, await OtherNode.FindAsync(session.Id, Ct));
        Assert.Null(await Store.FindAsync(session.Id.ToUpperInvariant(), Ct));
    }

    /// <summary>A user may have signed in with several browsers, and sees all of them and nobody else's.</summary>
    [Fact]
    public async Task The_sessions_of_a_subject_are_listed_the_latest_first()
    {
        var alice = NewName("alice");
        var (first, second) = (NewSession(alice), NewSession(alice) with { SignedInAt = Now.AddSeconds(1) });
        foreach (var session in new[] { first, second, NewSession(alice.ToUpperInvariant()) }) await Store.StartAsync(session, Ct);
        Assert.Equal([second.Id, first.Id], (await OtherNode.ListAsync(alice, Ct)).Select(session => session.Id));
    }

    /// <summary>Signing in again keeps the session and who must hear of its end, and changes the stamp that old cookies have (SR-211).</summary>
    [Fact]
    public async Task A_renewed_session_keeps_its_clients()
    {
        var session = await StartedAsync("app");
        var renewed = session with { Stamp = NewName("stamp"), SignedInAt = Now.AddHours(1), LastSeenAt = Now.AddHours(1), ExpiresAt = Now.AddDays(9), Amr = ["hwk"], Acr = "2", Device = "Edge on Windows", Clients = [] };
        Assert.True(await OtherNode.TryRenewAsync(renewed, Ct));
        AssertSame(renewed with { Clients = ["app"] }, await Store.FindAsync(session.Id, Ct));
    }

    /// <summary>Nobody gets into a session of somebody else, and nothing brings one back (SR-213).</summary>
    [Fact]
    public async Task A_session_that_has_ended_or_is_somebody_elses_is_not_renewed()
    {
        var session = await StartedAsync();
        Assert.False(await Store.TryRenewAsync(session with { Subject = NewName("mallory") }, Ct));
        AssertSame(session, await Store.FindAsync(session.Id, Ct));
        await OtherNode.TryEndAsync(session.Id, Now, Ct);
        Assert.False(await Store.TryRenewAsync(session, Ct));
        Assert.False(await Store.TryTouchAsync(session.Id, Now, Now.AddDays(1), Ct));
        Assert.False(await Store.TryAddClientAsync(session.Id, "app", Now, Ct));
        Assert.Null(await Store.FindAsync(session.Id, Ct));
    }

    /// <summary>Being seen extends a session; a request that was slow does not shorten it.</summary>
    [Fact]
    public async Task A_session_that_is_seen_lasts_longer_and_never_less_long()
    {
        var session = await StartedAsync();
        Assert.True(await Store.TryTouchAsync(session.Id, Now.AddMinutes(2), Now.AddDays(3), Ct));
        Assert.True(await OtherNode.TryTouchAsync(session.Id, Now.AddMinutes(1), Now.AddDays(2), Ct));
        AssertSame(session with { LastSeenAt = Now.AddMinutes(2), ExpiresAt = Now.AddDays(3) }, await Store.FindAsync(session.Id, Ct));
    }

    /// <summary>Each client once, and none after the end or the expiry: whoever issues tokens relies on this answer.</summary>
    [Fact]
    public async Task A_client_joins_a_living_session_once()
    {
        var session = await StartedAsync();
        Assert.True(await Store.TryAddClientAsync(session.Id, "https://one.example/é", Now, Ct));
        Assert.True(await OtherNode.TryAddClientAsync(session.Id, "two", Now, Ct));
        Assert.True(await Store.TryAddClientAsync(session.Id, "two", Now, Ct));
        Assert.False(await Store.TryAddClientAsync(session.Id, "three", session.ExpiresAt, Ct));
        Assert.False(await Store.TryAddClientAsync(NewName("unknown"), "one", Now, Ct));
        Assert.Equal(["https://one.example/é", "two"], (await Store.FindAsync(session.Id, Ct))!.Clients);
    }

    /// <summary>Thirty-two tabs that open different apps: a lost update would be an app that is never told.</summary>
    [Fact]
    public async Task Clients_that_join_at_the_same_time_all_join()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var session = await StartedAsync();
            Assert.DoesNotContain(false, await RaceAsync(async caller => await NodeOf(caller).TryAddClientAsync(session.Id, $"client{caller / 2}", Now, Ct)));
            Assert.Equal(Enumerable.Range(0, Callers / 2).Select(i => $"client{i}").Order(StringComparer.Ordinal), (await Store.FindAsync(session.Id, Ct))!.Clients.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>One end, one notice per client, however many ask for it.</summary>
    [Fact]
    public async Task A_session_ends_once_however_many_end_it()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var session = await StartedAsync("one", "two");
            var ended = await RaceAsync(async caller => await NodeOf(caller).TryEndAsync(session.Id, Now, Ct));
            AssertSame(session, Assert.Single(ended, one => one is not null));
            Assert.Equal(["one", "two"], (await NoticesAsync(session)).Select(notice => notice.ClientId).Order(StringComparer.Ordinal));
        }
    }

    /// <summary>A client that was told "you will hear of it" hears of it.</summary>
    [Fact]
    public async Task A_client_that_joins_while_the_session_ends_is_told_or_refused()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var session = await StartedAsync();
            var joined = await RaceAsync(async caller => caller == round % Callers
                ? await NodeOf(caller).TryEndAsync(session.Id, Now, Ct) is null
                : await NodeOf(caller).TryAddClientAsync(session.Id, $"client{caller}", Now, Ct));
            Assert.Equal(
                Enumerable.Range(0, Callers).Where(caller => joined[caller]).Select(caller => $"client{caller}").Order(StringComparer.Ordinal),
                (await NoticesAsync(session)).Select(notice => notice.ClientId).Order(StringComparer.Ordinal));
        }
    }

    /// <summary>The table does not grow for ever, and a session that lives is not swept.</summary>
    [Fact]
    public async Task Sweeping_removes_expired_sessions_at_most_the_limit_and_tells_nobody()
    {
        while (await Store.SweepAsync(Now, 1000, Ct) > 0) { }
        var alice = NewName("alice");
        for (var i = 0; i < 5; i++) await Store.StartAsync(NewSession(alice) with { ExpiresAt = Now, Clients = ["app"] }, Ct);
        var living = NewSession(alice) with { ExpiresAt = Now.AddMilliseconds(1) };
        await Store.StartAsync(living, Ct);
        Assert.Equal((3, 2, 0), (await Store.SweepAsync(Now, 3, Ct), await OtherNode.SweepAsync(Now, 3, Ct), await Store.SweepAsync(Now, 3, Ct)));
        Assert.Equal([living.Id], (await Store.ListAsync(alice, Ct)).Select(session => session.Id));
        Assert.DoesNotContain(await Outbox.ClaimAsync(Now.AddYears(1), Now.AddYears(1), 10_000, Ct), notice => notice.Subject == alice);
    }

    private async Task<Session> StartedAsync(params string[] clients)
    {
        var session = NewSession(NewName("alice")) with { Clients = clients };
        await Store.StartAsync(session, Ct);
        return session;
    }

    private Session NewSession(string subject) => new(NewName("sid"), subject, NewName("stamp"), Now, Now, Now.AddDays(1));

    /// <summary>Takes whatever is in the outbox, from earlier rules too; only this session's is looked at.</summary>
    private async Task<IReadOnlyList<LogoutNotice>> NoticesAsync(Session session)
    {
        var all = await Outbox.ClaimAsync(Now, Now.AddHours(1), 10_000, Ct);
        var notices = all.Where(notice => notice.SessionId == session.Id).ToList();
        Assert.All(notices, notice => Assert.Equal((session.Subject, Now, 1), (notice.Subject, notice.CreatedAt, notice.Attempts)));
        return notices;
    }

    /// <summary>Member by member: a record compares lists by where they are.</summary>
    private static void AssertSame(Session expected, Session? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Amr, actual.Amr);
        Assert.Equal(expected.Clients, actual.Clients);
        Assert.Equal(expected with { Amr = [], Clients = [] }, actual with { Amr = [], Clients = [] });
    }
}
