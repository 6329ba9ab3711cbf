using Gatehouse.Audit;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Growth;

/// <summary>What nobody waits for: sweeping, sending notices, keeping the trail, asking what changed.</summary>
internal static class BackgroundOperations
{
    private const int Batch = 100;

    /// <summary>Before everything else in the tables, so that a sweep up to here finds what was put there for it.</summary>
    private static readonly DateTimeOffset longAgo = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>After everything else.</summary>
    private static readonly DateTimeOffset farAhead = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static long passed;

    public static readonly Operation[] All =
    [
        new("sweep 100 tokens", static async work =>
        {
            // One after the other, as in life: what expired at one time is not still lying there, deleted, at the next.
            for (var i = 0; i < Batch / 4; i++)
            {
                var at = longAgo.AddMilliseconds(Interlocked.Increment(ref passed));
                var family = work.NewGrant().Family;
                await work.Protocol.StartAsync(family, [.. Enumerable.Range(0, 4).Select(_ => new Artifact(Content.NewId(work.Now), "access_token", family.Id, family.ClientId, family.Subject, new byte[32], "{}", at))], default);
            }
            return work;
        }, static async (work, _) => await SweepAsync(limit => work.Protocol.SweepAsync(longAgo.AddMilliseconds(passed), limit, default), Batch)),
        new("sweep 5 sessions", static async work =>
        {
            for (var i = 0; i < 5; i++) await work.Sessions.StartAsync(new(Content.NewId(work.Now) + Content.NewId(work.Now), "alice", "stamp", longAgo, longAgo, longAgo), default);
            return work;
        }, static async (work, _) => await SweepAsync(limit => work.Sessions.SweepAsync(longAgo, limit, default), 5)),
        new("sweep 5 attempts", static async work =>
        {
            for (var i = 0; i < 5; i++) await work.Attempts.AddFailureAsync([$"user:{Guid.NewGuid():N}"], longAgo, longAgo, default);
            return work;
        }, static async (work, _) => await SweepAsync(limit => work.Attempts.SweepAsync(longAgo.AddSeconds(1), limit, default), 5)),
        new("attempts since the last look (5)", static async work =>
        {
            // After all others: how many there are to read must not depend on how long ago somebody failed, or in how many tables' turns.
            var at = farAhead.AddMilliseconds(Interlocked.Increment(ref passed));
            for (var i = 0; i < 5; i++) await work.Attempts.AddFailureAsync([$"user:{Guid.NewGuid():N}"], at, longAgo, default);
            return at.AddMilliseconds(-1);
        }, static async (work, since) => Operation.Must((await work.Attempts.ListSinceAsync((DateTimeOffset)since, default)).Count == 5)),
        new("claim and remove a notice", static async work =>
        {
            await Outbox(work).AddAsync([new(Guid.CreateVersion7(), "the-app", "alice", null, longAgo, longAgo, 0)], default);
            return work;
        }, static async (work, _) => await Outbox(work).RemoveAsync((await Outbox(work).ClaimAsync(longAgo, longAgo.AddMinutes(1), 1, default))[0].Id, default)),
        new("append 10 audit events", static work => Task.FromResult<object>(Enumerable.Range(0, 10).Select(_ => NewEvent(work.Now)).ToList()), static async (work, events) => await Trail(work).AppendAsync((List<AuditEvent>)events, default)),
        new("the newest 50 audit events", static work => Task.FromResult<object>(work), static async (work, _) => _ = await Trail(work).ListAsync(new() { Backwards = true, Limit = 50 }, default)),
        new("sweep 5 audit events", static async work =>
        {
            await Trail(work).AppendAsync([.. Enumerable.Range(0, 5).Select(_ => NewEvent(longAgo))], default);
            return work;
        }, static async (work, _) => await SweepAsync(limit => Trail(work).SweepAsync(longAgo.AddSeconds(1), limit, default), 5)),
    ];

    private static ILogoutOutbox Outbox(Workload work) => work.Grown.Services.GetRequiredService<ILogoutOutbox>();

    private static IAuditStore Trail(Workload work) => work.Grown.Services.GetRequiredService<IAuditStore>();

    private static AuditEvent NewEvent(DateTimeOffset at) => new(Guid.CreateVersion7(at), at, "tokens_issued", "success", "the-app", "subject", "address", "node");

    private static async Task SweepAsync(Func<int, ValueTask<int>> sweep, int limit)
    {
        Operation.Must(await sweep(limit) == limit);
    }
}
