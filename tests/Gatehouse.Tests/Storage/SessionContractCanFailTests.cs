using Gatehouse.Sessions;
using Gatehouse.Storage.Contract;
using Xunit.Sdk;

namespace Gatehouse.Tests.Storage;

/// <summary>Stores with one defect each, and the rule that must find it.</summary>
public sealed class SessionContractCanFailTests
{
    private static readonly Dictionary<string, (Func<InMemorySessionStore, ISessionStore> Break, Func<SessionRules, Task> Rule)> sessionDefects = new()
    {
        ["loses a client that joins beside another"] = (store => new LosesClients(store), rules => rules.Clients_that_join_at_the_same_time_all_join()),
        ["ends without a word to the clients"] = (store => new EndsSilently(store), rules => rules.A_session_ends_once_however_many_end_it()),
        ["lets everybody have ended it"] = (store => new EndsForAll(store), rules => rules.A_session_ends_once_however_many_end_it()),
        ["renews what is somebody else's"] = (store => new RenewsAnything(store), rules => rules.A_session_that_has_ended_or_is_somebody_elses_is_not_renewed()),
        ["sweeps what lives"] = (store => new SweepsEarly(store), rules => rules.Sweeping_removes_expired_sessions_at_most_the_limit_and_tells_nobody()),
    };

    public static TheoryData<string> SessionDefects => [.. sessionDefects.Keys];

    [Theory, MemberData(nameof(SessionDefects))]
    public async Task A_session_store_with_a_defect_fails_the_rule_against_it(string defect)
    {
        var (breaking, rule) = sessionDefects[defect];
        await RunAsync(store => store, rule);
        Assert.IsType<XunitException>(await Record.ExceptionAsync(() => RunAsync(breaking, rule)), exactMatch: false);
    }

    [Fact]
    public async Task An_outbox_that_looks_before_it_claims_fails_the_rule_against_it()
    {
        await using var rules = new OutboxRules(new LooksThenClaims(new InMemorySessionStore()));
        await rules.InitializeAsync();
        Assert.IsType<XunitException>(await Record.ExceptionAsync(rules.A_notice_is_claimed_once_however_many_ask), exactMatch: false);
    }

    private static async Task RunAsync(Func<InMemorySessionStore, ISessionStore> breaking, Func<SessionRules, Task> rule)
    {
        var inner = new InMemorySessionStore();
        await using var rules = new SessionRules(breaking(inner), inner);
        await rules.InitializeAsync();
        await rule(rules);
    }

    // Not public: the runner must not take them for test classes of their own.
    internal sealed class SessionRules(ISessionStore store, ILogoutOutbox outbox) : SessionStoreContract
    {
        protected override ILogoutOutbox Outbox => outbox;

        protected override ValueTask<ISessionStore> CreateAsync() => new(store);
    }

    internal sealed class OutboxRules(ILogoutOutbox outbox) : LogoutOutboxContract
    {
        protected override ValueTask<ILogoutOutbox> CreateAsync() => new(outbox);
    }

    private abstract class Defective(ISessionStore store) : ISessionStore
    {
        protected ISessionStore Inner => store;

        public ValueTask StartAsync(Session session, CancellationToken ct) => store.StartAsync(session, ct);

        public ValueTask<Session?> FindAsync(string id, CancellationToken ct) => store.FindAsync(id, ct);

        public ValueTask<IReadOnlyList<Session>> ListAsync(string subject, CancellationToken ct) => store.ListAsync(subject, ct);

        public virtual ValueTask<bool> TryRenewAsync(Session session, CancellationToken ct) => store.TryRenewAsync(session, ct);

        public ValueTask<bool> TryTouchAsync(string id, DateTimeOffset lastSeenAt, DateTimeOffset expiresAt, CancellationToken ct) => store.TryTouchAsync(id, lastSeenAt, expiresAt, ct);

        public virtual ValueTask<bool> TryAddClientAsync(string id, string clientId, DateTimeOffset now, CancellationToken ct) => store.TryAddClientAsync(id, clientId, now, ct);

        public virtual ValueTask<Session?> TryEndAsync(string id, DateTimeOffset now, CancellationToken ct) => store.TryEndAsync(id, now, ct);

        public virtual ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => store.SweepAsync(now, limit, ct);
    }

    private sealed class LosesClients(ISessionStore store) : Defective(store)
    {
        public override async ValueTask<bool> TryAddClientAsync(string id, string clientId, DateTimeOffset now, CancellationToken ct)
        {
            if (await FindAsync(id, ct) is not { } seen) return false;
            await Task.Delay(1, ct);
            if (await Inner.TryEndAsync(id, now, ct) is null) return true;
            await StartAsync(seen with { Clients = [.. seen.Clients.Append(clientId).Distinct()] }, ct);
            return true;
        }
    }

    private sealed class EndsSilently(ISessionStore store) : Defective(store)
    {
        public override async ValueTask<Session?> TryEndAsync(string id, DateTimeOffset now, CancellationToken ct)
        {
            var ended = await FindAsync(id, ct);
            return await Inner.SweepAsync(DateTimeOffset.MaxValue, 1, ct) == 1 ? ended : null;
        }
    }

    private sealed class EndsForAll(ISessionStore store) : Defective(store)
    {
        public override async ValueTask<Session?> TryEndAsync(string id, DateTimeOffset now, CancellationToken ct)
        {
            var seen = await FindAsync(id, ct);
            await Task.Delay(1, ct);
            await Inner.TryEndAsync(id, now, ct);
            return seen;
        }
    }

    private sealed class RenewsAnything(ISessionStore store) : Defective(store)
    {
        public override async ValueTask<bool> TryRenewAsync(Session session, CancellationToken ct)
        {
            await Inner.TryEndAsync(session.Id, session.SignedInAt, ct);
            await StartAsync(session, ct);
            return true;
        }
    }

    private sealed class SweepsEarly(ISessionStore store) : Defective(store)
    {
        public override ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => Inner.SweepAsync(now.AddMilliseconds(1), limit, ct);
    }

    private sealed class LooksThenClaims(InMemorySessionStore inner) : ILogoutOutbox
    {
        public ValueTask AddAsync(IReadOnlyList<LogoutNotice> notices, CancellationToken ct) => inner.AddAsync(notices, ct);

        public async ValueTask<IReadOnlyList<LogoutNotice>> ClaimAsync(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken ct)
        {
            var due = await inner.ClaimAsync(now, now, limit, ct);
            await Task.Delay(1, ct);
            foreach (var notice in due) await inner.PostponeAsync(notice, until, true, ct);
            return due;
        }

        public ValueTask RemoveAsync(Guid id, CancellationToken ct) => inner.RemoveAsync(id, ct);

        public ValueTask PostponeAsync(LogoutNotice claimed, DateTimeOffset dueAt, bool sent, CancellationToken ct) => inner.PostponeAsync(claimed, dueAt, sent, ct);
    }
}
