// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.14.2: tokens end with the session)
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Sessions;

/// <summary>What a sign-in says of itself.</summary>
internal sealed record SignInFacts(string Subject, IReadOnlyList<string> Amr, string? Acr, string? Device);

/// <summary>The sessions that cookies speak of: begun, renewed, and asked for with every request of the app, so that is answered from memory for a few seconds.</summary>
internal sealed partial class LiveSessions
{
    private const int MaxCached = 100_000;

    /// <summary>A write per minute and session at most.</summary>
    private static readonly TimeSpan TouchedAtMost = TimeSpan.FromMinutes(1);

    /// <summary>How long an outage of the store goes unnoticed by those who were signed in when it began. Nobody else can be told from somebody whose session has ended.</summary>
    private static readonly TimeSpan TrustedInAnOutage = TimeSpan.FromMinutes(5);

    private readonly SessionOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly ISessionStore? store;
    private readonly ConcurrentDictionary<string, Seen> cache = new(StringComparer.Ordinal);
    private readonly Endings<string> ended;
    private bool failing;

    public LiveSessions(IOptions<GatehouseOptions> options, StoreChanges changes, TimeProvider clock, ILogger<LiveSessions> log, ISessionStore? store = null)
    {
        (this.options, this.clock, this.log, this.store, ended) = (options.Value.Sessions, clock, log, store, new(clock));
        changes.SessionRevoked += Forget;
    }

    private sealed record Seen(Session? Session, Moment At);

    /// <summary>False if the app opted out, or keeps its state in a store of its own that has no sessions.</summary>
    public bool AreKept => options.Enabled && store is not null;

    private ISessionStore Store => store ?? throw new InvalidOperationException("There is no ISessionStore. Register one beside the app's own IProtocolStore. (gatehouse explain 7039)");

    /// <summary>A session begins. Its id is never that of another one (SR-213).</summary>
    /// <param name="facts">Who, and how.</param>
    /// <param name="signedInAt">When they proved it.</param>
    /// <param name="ct">Cancels the wait.</param>
    public async ValueTask<Session> StartAsync(SignInFacts facts, DateTimeOffset signedInAt, CancellationToken ct)
    {
        var session = Describe(new(NewValue(), facts.Subject, NewValue(), signedInAt, default, default), facts);
        await Store.StartAsync(session, ct);
        return session;
    }

    /// <summary>The same user signs in again with the same browser: the session stays, and every cookie from before is refused. Null if it has ended meanwhile.</summary>
    public async ValueTask<Session?> TryRenewAsync(Session session, SignInFacts facts, CancellationToken ct)
    {
        var renewed = Describe(session with { Stamp = NewValue(), SignedInAt = clock.GetUtcNow() }, facts);
        var won = await Store.TryRenewAsync(renewed, ct);
        Forget(session.Id);
        return won ? renewed : null;
    }

    /// <summary>The session of a cookie, as the store knows it now; null if it is over, or the cookie is from before the last sign-in.</summary>
    public async ValueTask<Session?> FindAsync(string id, string? stamp, CancellationToken ct)
    {
        var session = await ReadAsync(id, ct);
        return IsOf(session, stamp) ? session : null;
    }

    /// <summary>The same, for a page of the app: from memory for a few seconds, and through a short outage.</summary>
    public async ValueTask<bool> IsLiveAsync(string id, string? stamp, CancellationToken ct)
    {
        var now = Moment.Now(clock);
        if (cache.TryGetValue(id, out var seen) && seen.At.AgeAt(now, clock) < options.CacheLifetime && !ended.Concern(id, seen.At)) return IsOf(seen.Session, stamp);
        try
        {
            var session = await ReadAsync(id, ct);
            if (failing) Recovered(log);
            failing = false;
            return IsOf(session, stamp);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (!failing) Unreachable(log, e);
            failing = true;
            return seen is not null && seen.At.AgeAt(now, clock) < TrustedInAnOutage && !ended.Concern(id, seen.At) && IsOf(seen.Session, stamp);
        }
    }

    /// <summary>Whether the client will hear of the session's end; false if that has come already.</summary>
    public ValueTask<bool> TryAddClientAsync(string id, string clientId, CancellationToken ct) => Store.TryAddClientAsync(id, clientId, clock.GetUtcNow(), ct);

    /// <summary>On this node an end is noticed at once, and on others when they hear of it. What was being read meanwhile does not count any more.</summary>
    public void Forget(string id)
    {
        ended.Add(id);
        cache.TryRemove(id, out _);
    }

    private async ValueTask<Session?> ReadAsync(string id, CancellationToken ct)
    {
        var asked = Moment.Now(clock);
        var (now, session) = (asked.Wall, await Store.FindAsync(id, ct));
        if (session is not null && session.ExpiresAt <= now) session = null;
        if (session is not null && now - session.LastSeenAt >= TouchedAtMost)
        {
            session = session with { LastSeenAt = now, ExpiresAt = ExpiryOf(session.SignedInAt, now) };
            if (!await Store.TryTouchAsync(id, session.LastSeenAt, session.ExpiresAt, ct)) session = null;
        }
        if (options.CacheLifetime > TimeSpan.Zero)
        {
            if (cache.Count >= MaxCached) cache.Clear();
            cache[id] = new(session, asked);
        }
        return session;
    }

    private bool IsOf(Session? session, string? stamp) =>
        session is not null && session.ExpiresAt > clock.GetUtcNow() && stamp is not null
        && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(session.Stamp), System.Text.Encoding.UTF8.GetBytes(stamp));

    private Session Describe(Session session, SignInFacts facts)
    {
        var now = clock.GetUtcNow();
        return session with { LastSeenAt = now, ExpiresAt = ExpiryOf(session.SignedInAt, now), Amr = facts.Amr, Acr = facts.Acr, Device = facts.Device };
    }

    private DateTimeOffset ExpiryOf(DateTimeOffset signedInAt, DateTimeOffset seenAt)
    {
        var (absolute, idle) = (signedInAt + options.AbsoluteLifetime, seenAt + options.IdleLifetime);
        return absolute < idle ? absolute : idle;
    }

    /// <summary>160 random bits.</summary>
    private static string NewValue() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(20));

    [LoggerMessage(1801, LogLevel.Warning, "Sessions cannot be read. Users who were here a moment ago stay signed in for up to five minutes, others appear signed out until it works again. See whether the database is reachable.")]
    private static partial void Unreachable(ILogger log, Exception e);

    [LoggerMessage(1802, LogLevel.Information, "Sessions can be read again.")]
    private static partial void Recovered(ILogger log);
}
