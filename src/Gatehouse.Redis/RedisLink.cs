using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gatehouse.Redis;

/// <summary>
/// Asks Redis, and gives up in time. When it did not answer, nobody else waits for it for a second; then one request tries again. So an outage costs one wait a second, and ends by itself.
/// </summary>
internal sealed partial class RedisLink(RedisConnection connection, GatehouseRedisOptions options, TimeProvider clock, ILogger<RedisLink> log)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Zero while it answers; else until when nobody asks.</summary>
    private long restsUntil;

    private int failing;
    private long saidNoAt;

    public RedisKey Key(string name) => options.KeyPrefix + name;

    /// <exception cref="RedisAwayException">It did not answer, or said no.</exception>
    public async ValueTask<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken ct)
    {
        var until = Interlocked.Read(ref restsUntil);
        // One of those who come after the rest tries; the others go on as if it still rested.
        if (until != 0 && (clock.GetTimestamp() < until || Interlocked.CompareExchange(ref restsUntil, After(Rest), until) != until))
            throw new RedisAwayException("Redis did not answer a moment ago; it is asked again within a second.", null);
        try
        {
            var answer = await ask(await DatabaseAsync(ct)).WaitAsync(options.Timeout, clock, ct);
            Interlocked.Exchange(ref restsUntil, 0);
            if (Interlocked.Exchange(ref failing, 0) != 0) Back(log);
            return answer;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            if (e is RedisServerException) NoteRefusal(e);
            else
            {
                Interlocked.Exchange(ref restsUntil, After(Rest));
                if (Interlocked.Exchange(ref failing, 1) == 0) Away(log, e);
            }
            throw new RedisAwayException($"Redis did not answer within {options.Timeout.TotalMilliseconds:0} ms, or refused. See whether it is reachable, and Gatehouse:Redis:Connection.", e);
        }
    }

    private async ValueTask<IDatabase> DatabaseAsync(CancellationToken ct)
    {
        var connecting = connection.OpenAsync();
        return (connecting.IsCompletedSuccessfully ? connecting.Result : await connecting.WaitAsync(options.Timeout, clock, ct)).GetDatabase();
    }

    /// <summary>Whoever says no is there, and may say yes to the next: nobody need keep away. But once a minute is often enough to hear of it.</summary>
    private void NoteRefusal(Exception e)
    {
        var last = Interlocked.Read(ref saidNoAt);
        if (last != 0 && clock.GetElapsedTime(last) < TimeSpan.FromMinutes(1)) return;
        if (Interlocked.CompareExchange(ref saidNoAt, Math.Max(1, clock.GetTimestamp()), last) == last) Refuses(log, e);
    }

    private long After(TimeSpan time) => Math.Max(1, clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency));

    [LoggerMessage(6001, LogLevel.Warning, "Redis does not answer. Until it does: what may be seen only once is refused with temporarily_unavailable, failed attempts are counted in the database, access tokens are looked up there. This is said once per outage. See whether Redis is reachable, and Gatehouse:Redis:Connection.")]
    private static partial void Away(ILogger log, Exception e);

    [LoggerMessage(6003, LogLevel.Warning, "Redis refuses what it is asked for; what cannot be done there is refused or done in the database, as if it were away. This is said once a minute. The exception says why: out of memory, a replica that takes no writes, or an account that may not.")]
    private static partial void Refuses(ILogger log, Exception e);

    [LoggerMessage(6002, LogLevel.Information, "Redis answers again.")]
    private static partial void Back(ILogger log);
}
