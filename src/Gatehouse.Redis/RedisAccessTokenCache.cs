using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gatehouse.Redis;

/// <summary>
/// Reference tokens that any node looked up a moment ago: one script per look-up. While Redis is away nothing is known, and the store is asked.
/// </summary>
/// <remarks>
/// How long one is trusted hangs on two clocks that have nothing to do with each other. Redis drops an entry at an instant of its own clock, which it told before the store was asked: a write that comes late, from
/// a node that was frozen, ends at the same instant. And whoever reads an entry looks when it was read, by the clock of the nodes: a Redis that was restored from a snapshot, or whose clock was set back, gains nothing.
/// What ended is one sorted set by time, compared with each entry in the same script: what was read before it is not known any more, also if it is written afterwards. If Redis forgets that set, as it may when its memory is full, nothing that was read before is known any more.
/// </remarks>
internal sealed class RedisAccessTokenCache : IAccessTokenCache
{
    /// <summary>Longer than any entry lives: a minute at most. While nothing ends, what ended is kept longer: when it is gone, every token is looked up once more.</summary>
    private const int EndedKeptMilliseconds = 120_000, EndedLeftMilliseconds = 3_600_000;

    private const string All = "*";

    // Where nothing says what ended, it may have been forgotten: then all has, whatever was read before. An entry that does not begin like one of ours is none.
    private const string Find = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        if redis.call('EXISTS', KEYS[2]) == 0 then
            redis.call('ZADD', KEYS[2], now, ARGV[2])
            redis.call('PEXPIRE', KEYS[2], ARGV[3])
            return {now, false}
        end
        local entry = redis.call('GET', KEYS[1])
        local at = entry and string.sub(entry, 1, 1) == '2' and tonumber(string.sub(entry, 2, 14))
        if not at then return {now, false} end
        for _, endedAt in ipairs(redis.call('ZMSCORE', KEYS[2], ARGV[1], ARGV[2], 'f:' .. string.sub(entry, 15, 46), 's:' .. string.sub(entry, 47, 49))) do
            if endedAt and tonumber(endedAt) >= at then return {now, false} end
        end
        return {now, entry}
        """;

    private const string End = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZADD', KEYS[1], now, ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        return now
        """;

    private readonly RedisLink redis;
    private readonly TokenSeal seal;
    private readonly TimeSpan lifetime;
    private readonly TimeProvider clock;
    private readonly RedisKey ended;

    public RedisAccessTokenCache(RedisLink redis, TokenSeal seal, IOptions<GatehouseOptions> options, StoreChanges changes, TimeProvider clock)
    {
        (this.redis, this.seal, lifetime, this.clock, ended) = (redis, seal, options.Value.AccessTokenCacheLifetime, clock, redis.Key("tokens:ended"));
        if (!IsOn) return;
        // Every node that hears of it says so; it is said before anybody could read it twice.
        changes.FamilyRevoked += family => _ = EndAsync(NameOf(family));
        changes.TokenRevoked += id => _ = EndAsync(NameOf(id));
        changes.SubjectRevoked += subject => _ = EndAsync(NameOfUser(subject));
        changes.AllRevoked += () => _ = EndAsync(All);
    }

    public string Name => "access_tokens_in_redis";

    public bool IsOn => lifetime > TimeSpan.Zero;

    public async ValueTask<TokenLookup> FindAsync(string id, CancellationToken ct)
    {
        var asked = Moment.Now(clock);
        if (!IsOn) return new(null, asked);
        try
        {
            var answer = (RedisResult[])(await redis.AskAsync(database => database.ScriptEvaluateAsync(Find, [KeyOf(id), ended], [NameOf(id), All, EndedLeftMilliseconds]), ct))!;
            return new(Read(id, (byte[]?)answer[1], asked), asked, (long)answer[0]);
        }
        catch (RedisAwayException)
        {
            return new(null, asked);
        }
    }

    public void Keep(StoredAccessToken token, TokenLookup before)
    {
        // Whoever does not know since when may not say until when.
        if (before.Mark == 0 || before.AskedAt.AgeAt(Moment.Now(clock), clock) >= lifetime) return;
        var artifact = token.Artifact;
        byte[] entry = [.. Header(before.Mark, artifact.FamilyId, artifact.Subject), .. seal.Seal(artifact, before)];
        _ = KeepAsync(KeyOf(artifact.Id), entry, before.Mark + (long)lifetime.TotalMilliseconds);
    }

    public ValueTask ForgetAsync(string id) => new(EndAsync(NameOf(id)));

    public ValueTask ForgetFamilyAsync(Guid familyId) => new(EndAsync(NameOf(familyId)));

    public ValueTask ForgetSubjectAsync(string? subject) => new(EndAsync(subject is null ? All : NameOfUser(subject)));

    private StoredAccessToken? Read(string id, byte[]? entry, Moment now)
    {
        if (entry is not { Length: > HeaderLength } || seal.Open(entry.AsSpan(HeaderLength)) is not { } read) return null;
        // What is sealed says for which token it was sealed, and what the script compared.
        if (read.Id != id || !entry.AsSpan(0, HeaderLength).SequenceEqual(Header(read.Mark, read.FamilyId, read.Subject))) return null;
        var age = now.Wall - DateTimeOffset.FromUnixTimeMilliseconds(read.ReadAt);
        // Younger than now: one of two clocks is wrong, and nobody can say how old it is.
        return age >= TimeSpan.Zero && age < lifetime ? new(read.ToArtifact()) : null;
    }

    private async Task KeepAsync(RedisKey key, byte[] entry, long until)
    {
        try
        {
            await redis.AskAsync(database => database.ExecuteAsync("SET", key, entry, "PXAT", until), CancellationToken.None);
        }
        catch (RedisAwayException)
        {
            // The next one looks it up again.
        }
    }

    private async Task EndAsync(string what)
    {
        if (!IsOn) return;
        try
        {
            await redis.AskAsync(database => database.ScriptEvaluateAsync(End, [ended], [what, EndedKeptMilliseconds, EndedLeftMilliseconds]), CancellationToken.None);
        }
        catch (RedisAwayException)
        {
            // It ends with its time.
        }
    }

    private const int HeaderLength = 49;

    /// <summary>The version, when it was read by the clock of Redis, its family, and a little of its user: what the script needs.</summary>
    private static byte[] Header(long mark, Guid family, string? subject) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"2{mark:D13}{family:N}{(subject is null ? "---" : Few(subject))}"));

    private RedisKey KeyOf(string id) => redis.Key("token:" + Hash(id));

    private static string NameOf(string id) => "t:" + Hash(id);

    private static string NameOf(Guid family) => $"f:{family:N}";

    private static string NameOfUser(string subject) => "s:" + Few(subject);

    /// <summary>12 bits: who reads them knows one user in 4,096, so nobody; and when a user's tokens end, one entry in 4,096 of the others' is looked up once more.</summary>
    private static string Few(string subject) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)))[..3];

    private static string Hash(string id) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
