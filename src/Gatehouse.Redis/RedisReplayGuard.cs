using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gatehouse.Redis;

/// <summary>One command per proof. It fails closed: while Redis cannot say whether something was seen, nothing is new.</summary>
internal sealed class RedisReplayGuard(RedisLink redis, IOptions<GatehouseOptions> options, TimeProvider clock) : IReplayGuard
{
    /// <summary>As long as the database keeps what has expired: clocks of nodes differ, and a proof that is old here may be young there.</summary>
    private readonly TimeSpan grace = options.Value.Sweeper.Grace;

    public async ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct)
    {
        // How long, not until when: the clock of Redis need not agree with ours.
        var left = until - clock.GetUtcNow() + grace;
        if (left < TimeSpan.FromMilliseconds(1)) left = TimeSpan.FromMilliseconds(1);
        return await redis.AskAsync(database => database.StringSetAsync(NameOf(key), "1", left, When.NotExists), ct);
    }

    /// <summary>A hash, because a key may be long, and may hold what a stranger sent. Of the characters as they are: any encoding would make one of two that cannot be encoded.</summary>
    private RedisKey NameOf(string key) => redis.Key("seen:" + System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(MemoryMarshal.AsBytes(key.AsSpan()))));
}
