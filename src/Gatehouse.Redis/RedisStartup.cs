using Gatehouse.Throttling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Gatehouse.Redis;

/// <summary>Opens the connection before the first request needs it, and looks whether this Redis could forget what it must not. The app need not wait for either.</summary>
internal sealed partial class RedisStartup(RedisLink redis, GatehouseRedisOptions options, IServiceProvider services, TimeProvider clock, ILogger<RedisStartup> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Throttling && services.GetRequiredService<IAttemptStore>() is not RedisAttemptStore)
            throw new InvalidOperationException("A store was named after UseRedis, and replaced it. Call UseRedis last. (gatehouse explain 7031)");
        if (options.AccessTokens && services.GetRequiredService<IOptions<GatehouseOptions>>().Value.CacheAccessTokens)
            throw new InvalidOperationException("Gatehouse:CacheAccessTokens and Gatehouse:Redis:AccessTokens are both on, but a token is cached in one place. Leave out the first to ask Redis, the second to remember on each node. (gatehouse explain 7032)");
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                return;
            }
            catch (RedisAwayException e) when (e.InnerException is not RedisServerException)
            {
                await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is, it must not stop the app: a host ends with a service in the background that fails.
                NotTold(log, e);
                return;
            }
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        var memory = await InfoAsync("memory", ct);
        // Tokens may be forgotten: the database knows them.
        if (!options.ReplayGuard && !options.Throttling) return;
        // Without a limit nothing is evicted, whatever the policy.
        if (memory.GetValueOrDefault("maxmemory") != "0" && memory.GetValueOrDefault("maxmemory_policy") is { } policy and not "noeviction") MayEvict(log, policy);
        // An outage, too, has attempts counted anew: once, and not whenever a stranger likes.
        if (options.ReplayGuard && (await InfoAsync("persistence", ct)).GetValueOrDefault("aof_enabled") == "0") ForgetsAtRestart(log);
    }

    private async Task<Dictionary<string, string>> InfoAsync(string section, CancellationToken ct)
    {
        // By a script, because the client keeps INFO for administrators; the server does not.
        var text = (string?)await redis.AskAsync(database => database.ScriptEvaluateAsync("return redis.call('INFO', ARGV[1])", [], [section]), ct) ?? "";
        return text.Split("\r\n").Select(line => line.Split(':', 2)).Where(line => line.Length == 2).ToDictionary(line => line[0], line => line[1], StringComparer.Ordinal);
    }

    [LoggerMessage(6004, LogLevel.Warning, "Redis may forget what must be seen only once, and who failed how often, when its memory is full (maxmemory-policy is {Policy}): a stolen proof could then be used again, and a guesser begin anew. Set maxmemory-policy to noeviction, or give Gatehouse a Redis of its own.")]
    private static partial void MayEvict(ILogger log, string policy);

    [LoggerMessage(6005, LogLevel.Warning, "Redis keeps nothing on disk (appendonly is off): after a restart it has forgotten what must be seen only once, and a proof that is still young could be used again. Set appendonly to yes.")]
    private static partial void ForgetsAtRestart(ILogger log);

    [LoggerMessage(6006, LogLevel.Information, "Redis does not tell how it is set up (INFO is refused). See for yourself that maxmemory-policy is noeviction and appendonly is yes.")]
    private static partial void NotTold(ILogger log, Exception e);
}
