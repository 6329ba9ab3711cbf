using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Growth;

/// <summary>One thing that the protocol asks of its stores.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Prepare">Makes what it needs, unmeasured; the result is handed to <paramref name="Run"/>.</param>
/// <param name="Run">What is measured.</param>
internal sealed record Operation(string Name, Func<Workload, Task<object>> Prepare, Func<Workload, object, Task> Run)
{
    private static readonly object nothing = new();

    /// <summary>What requests wait for, and what happens behind their backs.</summary>
    public static Operation[] All => [.. requests, .. BackgroundOperations.All];

    private static readonly Operation[] requests =
    [
        new("find a token", static work => Done(work.NextToken()), static async (work, token) => Must(await work.Protocol.FindAsync(((Artifact)token).Id, default) is not null)),
        new("find a family", static work => Done(work.NextToken()), static async (work, token) => Must(await work.Protocol.FindFamilyAsync(((Artifact)token).FamilyId, default) is not null)),
        new("sign in (family, two tokens)", static work => Done(work.NewGrant()), static (work, grant) => work.StoreAsync((Grant)grant)),
        new("refresh (redeem, two tokens)", static work => Done(work.TakeToken()), static async (work, token) => work.Give(await work.RedeemAsync((Artifact)token))),
        new("approve (update a payload)", static work => work.StoredAsync(), static async (work, grant) => Must(await work.Protocol.TryUpdateAsync(((Grant)grant).Artifacts[0], "{\"scope\":\"x\"}", default))),
        new("revoke a family", static work => work.StoredAsync(), static (work, grant) => work.Protocol.RevokeFamilyAsync(((Grant)grant).Family.Id, work.Now, default).AsTask()),
        new("revoke a user", static work => work.StoredAsync(), static async (work, grant) => Must(await work.Protocol.RevokeFamiliesAsync(((Grant)grant).Family.Subject, null, work.Now, default) > 0)),
        new("revoke a user at a client", static work => work.StoredAsync(), static async (work, grant) => Must(await work.Protocol.RevokeFamiliesAsync(((Grant)grant).Family.Subject, "the-app", work.Now, default) > 0)),
        new("revoke a user's other sessions", static work => work.StoredAsync(), static async (work, grant) => Must(await work.Protocol.RevokeFamiliesExceptAsync(((Grant)grant).Family.Subject!, "another", work.Now, default) > 0)),
        new("revoke a session", static work => work.StoredAsync(), static async (work, grant) => Must(await work.Protocol.RevokeSessionAsync(((Grant)grant).Family.SessionId!, work.Now, default) > 0)),
        new("list a user's clients", static work => Done(work.NextToken()), static async (work, token) => _ = await work.Protocol.ListClientsAsync(((Artifact)token).Subject!, "", 50, work.Now, default)),
        new("list a user's consents", static work => Done(work.NextToken()), static async (work, token) => _ = await work.Consents.ListAsync(((Artifact)token).Subject!, "", 50, default)),
        new("record uses (20 families)", static work => Done(work.NextUses(20)), static (work, uses) => work.Protocol.RecordUseAsync((IReadOnlyList<FamilyUse>)uses, default).AsTask()),
        new("remember a jti", static _ => Done($"jti:{Guid.NewGuid():N}"), static async (work, key) => Must(await work.Protocol.TryRememberAsync((string)key, work.Now.AddMinutes(10), default))),
        new("find a client", static _ => Done(nothing), static async (work, _) => Must(await work.Clients.FindAsync("the-app", default) is not null)),
        new("client version", static _ => Done(nothing), static async (work, _) => Must(await work.Clients.ReadVersionAsync(default) > 0)),
        new("find a session", static work => work.SessionAsync(), static async (work, session) => Must(await work.Sessions.FindAsync(((Session)session).Id, default) is not null)),
        new("list a user's sessions", static work => work.SessionAsync(), static async (work, session) => Must((await work.Sessions.ListAsync(((Session)session).Subject, default)).Count > 0)),
        new("touch a session", static work => work.SessionAsync(), static async (work, session) => Must(await work.Sessions.TryTouchAsync(((Session)session).Id, work.Now.AddMinutes(2), work.Now.AddHours(1), default))),
        new("end a session", static work => work.SessionAsync(), static async (work, session) => Must(await work.Sessions.TryEndAsync(((Session)session).Id, work.Now, default) is not null)),
        new("count a failed attempt", static _ => Done($"user:{Guid.NewGuid():N}"), static async (work, key) => Must((await work.Attempts.AddFailureAsync([(string)key], work.Now, work.Now.AddDays(-1), default)).Count == 1)),
        new("save a consent", static work => Done(new StoredConsent(work.NextToken().Subject!, $"new-{Guid.NewGuid():N}", "openid", work.Now)), static (work, consent) => work.Consents.SaveAsync((StoredConsent)consent, default).AsTask()),
        new("find a consent", static work => Done(work.NextToken()), static async (work, token) => _ = await work.Consents.FindAsync(((Artifact)token).Subject!, "the-app", default)),
    ];

    private static Task<object> Done(object value) => Task.FromResult(value);

    public static void Must(bool did)
    {
        if (!did) throw new InvalidOperationException("The store did not do what was measured.");
    }
}

internal sealed record Grant(Family Family, IReadOnlyList<Artifact> Artifacts);

/// <summary>The stores of one database, and what is asked of them next.</summary>
internal sealed class Workload(IGrown grown, IReadOnlyList<Artifact> sample, bool newest)
{
    private const int Most = 4_000;

    private readonly Queue<Artifact> redeemable = new(sample.Skip(sample.Count / 2));
    private readonly Random random = new(7);
    private int next;

    public IGrown Grown => grown;

    /// <summary>True if it asks for what was stored last, and not for anything at random.</summary>
    public bool Newest => newest;

    private IReadOnlyList<Artifact> Sample => sample;

    public IProtocolStore Protocol { get; } = grown.Services.GetRequiredService<IProtocolStore>();

    public IClientStore Clients { get; } = grown.Services.GetRequiredService<IClientStore>();

    public ISessionStore Sessions { get; } = grown.Services.GetRequiredService<ISessionStore>();

    public IAttemptStore Attempts { get; } = grown.Services.GetRequiredService<IAttemptStore>();

    public IConsentStore Consents { get; } = grown.Services.GetRequiredService<IConsentStore>();

    public DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public static Task<Workload> CreateAsync(IGrown grown, CancellationToken ct) => CreateAsync(grown, [], newest: false, ct);

    /// <summary>Beside another one on the same database, which spends tokens of its own.</summary>
    public static Task<Workload> CreateNewestAsync(Workload beside, CancellationToken ct) => CreateAsync(beside.Grown, beside.Sample, newest: true, ct);

    private static async Task<Workload> CreateAsync(IGrown grown, IReadOnlyList<Artifact> taken, bool newest, CancellationToken ct)
    {
        var sample = await grown.SampleAsync(Math.Clamp(grown.Artifacts / 6, 50, Most), newest, ct);
        var work = new Workload(grown, [.. sample.ExceptBy(taken.Select(token => token.Id), token => token.Id)], newest);
        await work.Clients.TryCreateAsync(new Client { Id = "the-app" }, ct);
        return work;
    }

    /// <summary>One that is only looked at.</summary>
    public Artifact NextToken() => sample[next++ % (sample.Count / 2)];

    /// <summary>One that will be spent, from anywhere in the table.</summary>
    public Artifact TakeToken() => redeemable.Dequeue();

    public void Give(Artifact successor) => redeemable.Enqueue(successor);

    public IReadOnlyList<FamilyUse> NextUses(int count) => [.. Enumerable.Range(0, count).Select(_ => NextToken().FamilyId).Distinct().Select(id => new FamilyUse(id, Now))];

    public Grant NewGrant()
    {
        var now = Now;
        var family = new Family(Guid.CreateVersion7(now), "the-app", $"new-{Guid.NewGuid():N}", now, now.AddDays(30)) { SessionId = Content.NewId(now) + Content.NewId(now), Scope = "openid" };
        return new(family, NewTokens(family.Id, family.Subject, now));
    }

    public async Task<object> StoredAsync()
    {
        var grant = NewGrant();
        await StoreAsync(grant);
        return grant;
    }

    public Task StoreAsync(Grant grant) => Protocol.StartAsync(grant.Family, grant.Artifacts, default).AsTask();

    public async Task<Artifact> RedeemAsync(Artifact seen)
    {
        var receipt = new byte[300];
        random.NextBytes(receipt);
        var successors = NewTokens(seen.FamilyId, seen.Subject, Now);
        if (!await Protocol.TryRedeemAsync(seen, successors, receipt, Now, default)) throw new InvalidOperationException("The token was not redeemed.");
        return successors[0];
    }

    public async Task<object> SessionAsync()
    {
        var now = Now;
        var session = new Session(Content.NewId(now) + Content.NewId(now), $"new-{Guid.NewGuid():N}", "stamp", now, now, now.AddHours(1));
        await Sessions.StartAsync(session, default);
        return session;
    }

    private Artifact[] NewTokens(Guid family, string? subject, DateTimeOffset now)
    {
        var hash = new byte[32];
        random.NextBytes(hash);
        return
        [
            new(Content.NewId(now), "refresh_token", family, "the-app", subject, hash, """{"scope":"openid profile notes.read notes.write","until":1798761600000}""", now.AddDays(14)),
            new(Content.NewId(now), "access_token", family, "the-app", subject, hash, """{"scope":"openid profile notes.read notes.write","iat":1798000000}""", now.AddHours(1)),
        ];
    }
}
