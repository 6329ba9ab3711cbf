using System.Diagnostics;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.EntityFrameworkCore.Tests.Nodes;

/// <summary>
/// A node that runs, with all that it does in the background, on a clock that stands still unless the test moves it. So it never asks by itself what is new: what it learns, it was told.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly IDataProtectionProvider protection = new EphemeralDataProtectionProvider();

    private readonly WebApplication app;
    private int missed;

    private Node(WebApplication app, RecordingLoggerProvider logs, FakeTimeProvider clock)
    {
        (this.app, Logs, Clock) = (app, logs, clock);
        // Only a listener that has just connected, or whoever revokes many, says this.
        Get<StoreChanges>().AllRevoked += () => Interlocked.Increment(ref missed);
    }

    public RecordingLoggerProvider Logs { get; }

    public FakeTimeProvider Clock { get; }

    public Moment Now => Moment.Now(Clock);

    /// <summary>How often the listener has connected, while nobody revokes many families.</summary>
    public int Connected => Volatile.Read(ref missed);

    public static async Task<Node> StartAsync(string connectionString, bool listens)
    {
        var (logs, clock) = (new RecordingLoggerProvider(), new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton(protection);
        builder.Services.AddGatehouse(options => options.CacheAccessTokens = true).UsePostgreSql(connectionString, database => database.ListenForChanges = listens);
        var node = new Node(builder.Build(), logs, clock);
        await node.app.StartAsync(TestContext.Current.CancellationToken);
        if (listens) await EventuallyAsync(() => Task.FromResult(node.Connected == 1));
        // What is known from before it connected does not count.
        clock.Advance(TimeSpan.FromMilliseconds(1));
        return node;
    }

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Waits for what happens in the background.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "It did not come true within 60 seconds.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
        Logs.Dispose();
    }
}
