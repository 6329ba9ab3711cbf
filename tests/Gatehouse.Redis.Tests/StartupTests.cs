using System.Diagnostics;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Throttling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Redis.Tests;

/// <summary>What is said when an app starts: a Redis that could forget, and a mistake in how it was asked for.</summary>
public sealed class StartupTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--maxmemory 100mb --maxmemory-policy allkeys-lru --appendonly no", "6004 6005")]
    [InlineData("--maxmemory 100mb --maxmemory-policy volatile-ttl --appendonly yes", "6004")]
    [InlineData("--maxmemory 100mb --maxmemory-policy noeviction --appendonly no", "6005")]
    [InlineData("--maxmemory 0 --maxmemory-policy allkeys-lru --appendonly no", "6005")]
    public async Task A_Redis_that_could_forget_is_warned_of(string settings, string expected)
    {
        await using var redis = await RedisServerProcess.StartNewAsync(settings.Split(' '));
        var logs = new RecordingLoggerProvider();
        await using var app = Build(logs, gatehouse => gatehouse.UseInMemoryStores().UseRedis(redis.ConnectionString, Patient));
        await app.StartAsync(Ct);

        var ids = expected.Split(' ').Select(int.Parse).ToList();
        await SaidAsync(logs, ids[^1]);
        Assert.Equal(ids, logs.Lines.Select(line => line.Event.Id).Where(id => id is >= 6001 and <= 6019));
    }

    [Fact]
    public async Task An_app_starts_without_Redis_and_says_so()
    {
        var redis = await RedisServerProcess.StartNewAsync();
        await redis.DisposeAsync();
        var logs = new RecordingLoggerProvider();
        await using var app = Build(logs, gatehouse => gatehouse.UseInMemoryStores().UseRedis(redis.ConnectionString));
        await app.StartAsync(Ct);
        await SaidAsync(logs, 6001);
    }

    [Fact]
    public void Redis_goes_over_a_store_and_is_asked_for_once()
    {
        Assert.Contains("Name the store first", Assert.Throws<InvalidOperationException>(() => Build(new(), gatehouse => gatehouse.UseRedis("localhost"))).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<InvalidOperationException>(() => Build(new(), gatehouse => gatehouse.UseInMemoryStores().UseRedis("localhost").UseRedis("localhost"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_named_after_Redis_stops_the_start()
    {
        await using var app = Build(new(), gatehouse => gatehouse.UseInMemoryStores().UseRedis("127.0.0.1:1").Services.Replace(ServiceDescriptor.Singleton<IAttemptStore, InMemoryAttemptStore>()));
        Assert.Contains("Call UseRedis last", (await Assert.ThrowsAnyAsync<InvalidOperationException>(() => app.StartAsync(Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_remembered_in_one_place()
    {
        await using var app = Build(new(), gatehouse =>
            gatehouse.UseInMemoryStores().UseRedis("127.0.0.1:1", options => options.AccessTokens = true).Services.Configure<GatehouseOptions>(options => options.CacheAccessTokens = true));
        Assert.Contains("Gatehouse:Redis:AccessTokens", (await Assert.ThrowsAnyAsync<InvalidOperationException>(() => app.StartAsync(Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_cannot_work_are_refused()
    {
        foreach (var (wrong, name) in new (Action<GatehouseRedisOptions>, string)[] { (options => options.KeyPrefix = " ", "KeyPrefix"), (options => options.Timeout = TimeSpan.Zero, "Timeout") })
            Assert.Contains(name, Assert.Throws<InvalidOperationException>(() => Build(new(), gatehouse => gatehouse.UseInMemoryStores().UseRedis("localhost", wrong))).Message, StringComparison.Ordinal);
    }

    /// <summary>Managed services often keep INFO for themselves.</summary>
    [Fact]
    public async Task A_Redis_that_does_not_tell_is_no_reason_to_stop()
    {
        await using var redis = await RedisServerProcess.StartNewAsync("--rename-command", "INFO", "HIDDEN");
        var logs = new RecordingLoggerProvider();
        await using var app = Build(logs, gatehouse => gatehouse.UseInMemoryStores().UseRedis(redis.ConnectionString, Patient));
        await app.StartAsync(Ct);
        await SaidAsync(logs, 6006);
        Assert.True(await app.Services.GetRequiredService<IReplayGuard>().TryRememberAsync("jti", TimeProvider.System.GetUtcNow().AddMinutes(1), Ct));
    }

    private static void Patient(GatehouseRedisOptions options) => options.Timeout = TimeSpan.FromSeconds(10);

    private static WebApplication Build(RecordingLoggerProvider logs, Action<GatehouseBuilder> stores)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        stores(builder.Services.AddGatehouse(options => options.Issuer = "https://app.example"));
        return builder.Build();
    }

    private static async Task SaidAsync(RecordingLoggerProvider logs, int id)
    {
        var started = Stopwatch.GetTimestamp();
        while (!logs.Lines.Any(line => line.Event.Id == id))
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), $"{id} was not said within 30 seconds, but:\n{string.Join('\n', logs.Lines.Where(line => line.Category.StartsWith("Gatehouse.Redis", StringComparison.Ordinal)))}");
            await Task.Delay(20, Ct);
        }
    }
}
