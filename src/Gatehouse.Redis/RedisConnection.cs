using StackExchange.Redis;

namespace Gatehouse.Redis;

/// <summary>One connection for all, opened by whoever needs it first: ours by a connection string, or the app's own.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly Lazy<Task<IConnectionMultiplexer>> open;
    private readonly bool isOurs;

    public RedisConnection(string connectionString)
    {
        // Read at once: what is wrong with it is told at start.
        var configuration = ConfigurationOptions.Parse(connectionString);
        // An app may start before Redis does, and goes on when it comes back.
        configuration.AbortOnConnectFail = false;
        configuration.ReconnectRetryPolicy = new LinearRetry(1000);
        // Whatever waited for a connection would be done after the answer to its request was given up.
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ClientName ??= "gatehouse";
        (open, isOurs) = (new(async () => await ConnectionMultiplexer.ConnectAsync(configuration)), true);
    }

    public RedisConnection(IConnectionMultiplexer connection) => open = new(Task.FromResult(connection));

    public Task<IConnectionMultiplexer> OpenAsync() => open.Value;

    public async ValueTask DisposeAsync()
    {
        if (isOurs && open is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await open.Value).DisposeAsync();
    }
}
