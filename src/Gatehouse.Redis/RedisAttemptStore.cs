using System.Globalization;
using Gatehouse.Throttling;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gatehouse.Redis;

/// <summary>
/// Failed attempts in two keys: a hash of counts, and a sorted set of when each changed, which is what nodes learn from each other by. One script per transition. While Redis is away the store below counts.
/// </summary>
internal sealed class RedisAttemptStore(RedisLink redis, IAttemptStore below, IOptions<GatehouseOptions> options) : IAttemptStore
{
    /// <summary>A script must not hold up everybody else, and Lua passes no more than some thousand arguments.</summary>
    private const int Page = 1000;

    private const string AddFailure = """
        local answer = {}
        for i = 4, #ARGV do
            local at = redis.call('ZSCORE', KEYS[2], ARGV[i])
            if not at or tonumber(at) < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], ARGV[i], 0) end
            if not at or tonumber(at) < tonumber(ARGV[1]) then at = ARGV[1] end
            redis.call('ZADD', KEYS[2], at, ARGV[i])
            answer[#answer + 1] = redis.call('HINCRBY', KEYS[1], ARGV[i], 1)
            answer[#answer + 1] = at
        end
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        redis.call('PEXPIRE', KEYS[2], ARGV[3])
        return answer
        """;

    private const string Clear = """
        if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
        redis.call('HSET', KEYS[1], ARGV[1], 0)
        redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
        return 1
        """;

    private const string ListSince = """
        local changed = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', ARGV[2], ARGV[3])
        local answer = {}
        for i = 1, #changed, 2 do
            answer[#answer + 1] = changed[i]
            answer[#answer + 1] = redis.call('HGET', KEYS[1], changed[i])
            answer[#answer + 1] = changed[i + 1]
        end
        return answer
        """;

    private const string Sweep = """
        local old = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
        if #old == 0 then return 0 end
        redis.call('HDEL', KEYS[1], unpack(old))
        return redis.call('ZREM', KEYS[2], unpack(old))
        """;

    private readonly RedisKey[] keys = [redis.Key("attempts"), redis.Key("attempts:at")];

    /// <summary>Both keys go when nobody fails any more, even if nobody sweeps. An hour at least, because quotas count by the hour.</summary>
    private readonly long keepMilliseconds = (long)Math.Max(options.Value.Throttling.ForgetAfter.TotalMilliseconds, TimeSpan.FromHours(1).TotalMilliseconds) + 60_000;

    public async ValueTask<IReadOnlyList<Attempts>> AddFailureAsync(IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset forgetBefore, CancellationToken ct)
    {
        string[] counted = [.. keys.Distinct(StringComparer.Ordinal)];
        if (counted.Length == 0) return [];
        try
        {
            var answer = await RunAsync(AddFailure, [now.ToUnixTimeMilliseconds(), forgetBefore.ToUnixTimeMilliseconds(), keepMilliseconds, .. counted.Select(key => (RedisValue)key)], ct);
            return [.. counted.Select((key, i) => new Attempts(key, (int)answer[2 * i], InstantOf(answer[2 * i + 1])))];
        }
        catch (RedisAwayException)
        {
            return await below.AddFailureAsync(keys, now, forgetBefore, ct);
        }
    }

    public async ValueTask ClearAsync(string key, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            await redis.AskAsync(database => database.ScriptEvaluateAsync(Clear, keys, [key, now.ToUnixTimeMilliseconds()]), ct);
        }
        catch (RedisAwayException)
        {
            await below.ClearAsync(key, now, ct);
        }
    }

    public async ValueTask<IReadOnlyList<Attempts>> ListSinceAsync(DateTimeOffset since, CancellationToken ct)
    {
        try
        {
            var changed = new List<Attempts>();
            while (true)
            {
                // What changes while we turn the page moves to the end, and so may another one past us: it is in the next list, which looks back a little.
                var answer = await RunAsync(ListSince, [since.ToUnixTimeMilliseconds(), changed.Count, Page], ct);
                for (var i = 0; i < answer.Length; i += 3) changed.Add(new((string)answer[i]!, (int)answer[i + 1], InstantOf(answer[i + 2])));
                if (answer.Length < 3 * Page) return changed;
            }
        }
        catch (RedisAwayException)
        {
            return await below.ListSinceAsync(since, ct);
        }
    }

    /// <summary>Here first, then below, where an outage may have left some.</summary>
    public async ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct)
    {
        try
        {
            var swept = (int)await redis.AskAsync(database => database.ScriptEvaluateAsync(Sweep, keys, [before.ToUnixTimeMilliseconds(), Math.Min(limit, Page)]), ct);
            if (swept > 0) return swept;
        }
        catch (RedisAwayException)
        {
            // They expire by themselves.
        }
        return await below.SweepAsync(before, limit, ct);
    }

    private async ValueTask<RedisValue[]> RunAsync(string script, RedisValue[] arguments, CancellationToken ct) =>
        (RedisValue[])(await redis.AskAsync(database => database.ScriptEvaluateAsync(script, keys, arguments), ct))!;

    private static DateTimeOffset InstantOf(RedisValue score) => DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse((string)score!, CultureInfo.InvariantCulture));
}
