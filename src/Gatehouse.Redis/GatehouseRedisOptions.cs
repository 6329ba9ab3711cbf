namespace Gatehouse.Redis;

/// <summary>What goes to Redis, and how long a request waits for it.</summary>
public sealed class GatehouseRedisOptions
{
    /// <summary>
    /// Begins every key. Default <c>{gatehouse}:</c>. Give each installation that shares a Redis a prefix of its own. The braces put all keys into one slot, which Redis Cluster needs, because some commands touch two keys: keep a
    /// part in braces there.
    /// </summary>
    public string KeyPrefix { get; set; } = "{gatehouse}:";

    /// <summary>What may be seen only once (<see cref="Storage.IReplayGuard"/>). Default true. While Redis is away such requests are refused.</summary>
    public bool ReplayGuard { get; set; } = true;

    /// <summary>Failed attempts (<see cref="Throttling.IAttemptStore"/>). Default true. While Redis is away they are counted in the database.</summary>
    public bool Throttling { get; set; } = true;

    /// <summary>
    /// Reference access tokens that any node looked up a moment ago, sealed. Default false: always ask the database, unless <see cref="GatehouseOptions.CacheAccessTokens"/> is set, which this takes the place of. True: a
    /// look-up asks Redis first, and a revoked token is refused at once, or after <see cref="GatehouseOptions.AccessTokenCacheLifetime"/> (5 s) if Redis did not hear of it. While Redis is away the database is asked.
    /// </summary>
    public bool AccessTokens { get; set; }

    /// <summary>How long to wait for Redis. Default 500 ms, from 10 ms to 10 s. Whoever waited in vain is the last one for a second: until then Redis counts as away, and nobody waits.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(500);

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(KeyPrefix)) throw new InvalidOperationException("Gatehouse:Redis:KeyPrefix is empty, so keys could meet those of others. Leave it out, or set it to something like {gatehouse}:. (gatehouse explain 7033)");
        if (Timeout < TimeSpan.FromMilliseconds(10) || Timeout > TimeSpan.FromSeconds(10)) throw new InvalidOperationException($"Gatehouse:Redis:Timeout is {Timeout}. Set it between 00:00:00.010 and 00:00:10. (gatehouse explain 7005)");
    }
}
