using Gatehouse.Testing;
using Gatehouse.Throttling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Redis.Tests;

/// <summary>Apps that share one Redis and nothing else: below it each has a memory of its own. Their hosts are never started.</summary>
internal sealed class RedisNodes : IAsyncDisposable
{
    /// <summary>Those that share a database also share what seals cookies.</summary>
    private readonly EphemeralDataProtectionProvider keys = new();

    private readonly List<WebApplication> nodes = [];
    private readonly string connection;
    private readonly Action<GatehouseRedisOptions>? redis;
    private readonly IAttemptStore? below;
    private readonly TimeProvider clock;

    /// <param name="connection">To which Redis.</param>
    /// <param name="redis">Its options.</param>
    /// <param name="below">What both have in common below it, as nodes have a database.</param>
    /// <param name="clock">What both go by.</param>
    public RedisNodes(string connection, Action<GatehouseRedisOptions>? redis = null, IAttemptStore? below = null, TimeProvider? clock = null)
    {
        (this.connection, this.redis, this.below, this.clock) = (connection, redis, below, clock ?? TimeProvider.System);
        Add();
        Add();
    }

    public RecordingLoggerProvider Logs { get; } = new();

    /// <summary>A prefix that nobody else has: tests that share a server do not meet.</summary>
    public string Prefix { get; } = $"{{test-{Guid.CreateVersion7():N}}}:";

    public T Node<T>() where T : notnull => nodes[0].Services.GetRequiredService<T>();

    public T OtherNode<T>() where T : notnull => nodes[1].Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes) await node.DisposeAsync();
    }

    private void Add()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(Logs).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddSingleton<IDataProtectionProvider>(keys);
        builder.Services.AddSingleton(clock);
        if (below is not null) builder.Services.AddSingleton(below);
        builder.Services.AddGatehouse(options => (options.Issuer, options.AccessTokenCacheLifetime) = ("https://app.example", TimeSpan.FromMinutes(1))).UseInMemoryStores().UseRedis(connection, options =>
        {
            // A busy machine must not look like one without Redis; who wants to see that sets another limit.
            (options.KeyPrefix, options.Timeout) = (Prefix, TimeSpan.FromSeconds(10));
            redis?.Invoke(options);
        });
        nodes.Add(builder.Build());
    }
}
