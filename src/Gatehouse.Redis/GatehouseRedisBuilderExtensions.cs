using Gatehouse;
using Gatehouse.Redis;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using Gatehouse.Tokens;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Has Redis do what need not be in the database.</summary>
public static class GatehouseRedisBuilderExtensions
{
    /// <summary>
    /// Puts Redis over the store: call it after <c>UsePostgreSql</c>, or whichever you use. What was seen once and failed attempts go there, and access tokens for seconds if you say so; everything else stays in the database, which is
    /// still needed. An app starts without Redis, and goes on when it comes back.
    /// </summary>
    /// <param name="builder">What <c>AddGatehouse</c> returned.</param>
    /// <param name="connectionString">As StackExchange.Redis reads it, for example <c>redis:6379,ssl=true,user=gatehouse,password=…</c>.</param>
    /// <param name="configure">Changes what goes there; see <see cref="GatehouseRedisOptions"/>.</param>
    public static GatehouseBuilder UseRedis(this GatehouseBuilder builder, string connectionString, Action<GatehouseRedisOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        // Read now, so that a mistake in it is told here.
        var connection = new RedisConnection(connectionString);
        return builder.UseRedis(_ => connection, configure);
    }

    /// <summary>As <see cref="UseRedis(GatehouseBuilder, string, Action{GatehouseRedisOptions}?)"/>, over a connection that the app has. Set <c>AbortOnConnectFail</c> to false and <c>BacklogPolicy</c> to <c>FailFast</c> on it.</summary>
    public static GatehouseBuilder UseRedis(this GatehouseBuilder builder, IConnectionMultiplexer connection, Action<GatehouseRedisOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return builder.UseRedis(_ => new RedisConnection(connection), configure);
    }

    private static GatehouseBuilder UseRedis(this GatehouseBuilder builder, Func<IServiceProvider, RedisConnection> connect, Action<GatehouseRedisOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.Any(service => service.ServiceType == typeof(RedisConnection))) throw new InvalidOperationException("UseRedis was called twice. Call it once, after the store. (gatehouse explain 7031)");
        var options = new GatehouseRedisOptions();
        configure?.Invoke(options);
        options.Validate();
        services.AddSingleton(options);
        services.AddSingleton(connect);
        services.TryAddSingleton<RedisLink>();
        services.AddHostedService<RedisStartup>();
        if (options.ReplayGuard) services.Replace(ServiceDescriptor.Singleton<IReplayGuard, RedisReplayGuard>());
        if (options.AccessTokens)
        {
            services.AddSingleton<TokenSeal>();
            services.Replace(ServiceDescriptor.Singleton<IAccessTokenCache, RedisAccessTokenCache>());
        }
        if (options.Throttling)
            services.PlaceOver<IAttemptStore>(static (provider, below) => new RedisAttemptStore(provider.GetRequiredService<RedisLink>(), below, provider.GetRequiredService<IOptions<GatehouseOptions>>()));
        return builder;
    }
}
