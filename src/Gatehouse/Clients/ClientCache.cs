using System.Collections.Concurrent;
using Gatehouse.Diagnostics;
using Gatehouse.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Clients;

/// <summary>
/// The clients that this process has seen. A change made anywhere is noticed by version within half a second, and everything is then read
/// anew; unknown ids are never kept, so nobody can fill the memory with them.
/// </summary>
internal sealed class ClientCache(IClientStore store, Metrics metrics, ConfiguredClients? configured = null)
{
    private volatile Generation current = new(-1);

    /// <summary>Null if there is no such client, or it is disabled: to the protocol that is the same (SR-082).</summary>
    public ValueTask<Client?> FindAsync(string clientId, CancellationToken ct)
    {
        if (configured?.Find(clientId) is { } declared) return new(Enabled(declared));
        var generation = current;
        var found = generation.Clients.TryGetValue(clientId, out var client);
        metrics.LookedUp("clients", found);
        return found ? new(Enabled(client)) : LoadAsync(generation, clientId, ct);
    }

    private async ValueTask<Client?> LoadAsync(Generation generation, string clientId, CancellationToken ct)
    {
        var client = await store.FindAsync(clientId, ct);
        // Into the generation that was current before the read: if a change was noticed meanwhile, this may be the old client, and nobody will look there again.
        if (client is not null) generation.Clients.TryAdd(clientId, client);
        return Enabled(client);
    }

    public async Task RefreshAsync(CancellationToken ct)
    {
        var version = await store.ReadVersionAsync(ct);
        if (version != current.Version) current = new(version);
    }

    private static Client? Enabled(Client? client) => client is { Enabled: true } ? client : null;

    private sealed class Generation(long version)
    {
        public long Version { get; } = version;

        public ConcurrentDictionary<string, Client> Clients { get; } = new(StringComparer.Ordinal);
    }
}

/// <summary>Asks for the version twice a second, so that a change is seen by every node within one; and at once when the store says that something changed.</summary>
internal sealed partial class ClientCacheRefresher(ClientCache cache, StoreChanges changes, TimeProvider clock, ILogger<ClientCacheRefresher> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        using var timer = changes.Clients.RingEvery(Interval, clock);
        while (true)
        {
            try
            {
                await cache.RefreshAsync(stoppingToken);
                failing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (!failing) Stale(log, e);
                failing = true;
            }
            await changes.Clients.WaitAsync(stoppingToken);
        }
    }

    [LoggerMessage(1101, LogLevel.Warning, "The client store cannot be reached; clients are answered as last seen. See whether the database is reachable.")]
    private static partial void Stale(ILogger log, Exception e);
}
