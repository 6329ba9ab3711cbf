using Gatehouse.Clients;

namespace Gatehouse.Tests.Clients;

/// <summary>A change by the operator reaches every node within a second, and no race keeps an old client alive.</summary>
public sealed class ClientCacheTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("SR", "SR-082")]
    public async Task A_disabled_client_is_refused_within_a_second_and_so_are_its_tokens()
    {
        await using var provider = await TestProvider.StartAsync();
        var (client, observer) = (await provider.AddClientAsync(), await provider.AddClientAsync("api", client => client with { ResourceServerFor = ["self"] }));
        var tokens = await client.PasswordAsync();
        Assert.True(await observer.IsActiveAsync(tokens.AccessToken));

        await provider.Get<IClientStore>().TryUpdateAsync(client.Client with { Enabled = false }, Ct);
        provider.Clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(async () => !await observer.IsActiveAsync(tokens.AccessToken));
        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(401, "invalid_client");
        (await client.PasswordAsync()).IsRefused(401, "invalid_client");
    }

    [Fact]
    public async Task A_deleted_client_is_forgotten_and_a_replaced_secret_changes_hands()
    {
        await using var provider = await TestProvider.StartAsync();
        var (kept, deleted) = (await provider.AddClientAsync("kept"), await provider.AddClientAsync("deleted"));
        Assert.Equal(200, (await kept.PasswordAsync()).Status);
        Assert.Equal(200, (await deleted.PasswordAsync()).Status);

        var added = ClientSecret.New(provider.Clock.GetUtcNow(), null, out var secret);
        await provider.Get<IClientStore>().TryDeleteAsync("deleted", Ct);
        await provider.Get<IClientStore>().TryUpdateAsync(kept.Client with { Secrets = [added] }, Ct);
        provider.Clock.Advance(TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(async () => (await deleted.PasswordAsync()).Status == 401);
        Assert.Equal(200, (await (kept with { Secret = secret }).PasswordAsync()).Status);
        (await kept.PasswordAsync()).IsRefused(401, "invalid_client");
    }

    [Fact]
    public async Task A_client_read_before_a_change_is_not_kept_after_it()
    {
        var store = new SlowStore();
        var cache = new ClientCache(store, TestMetrics.New());
        await cache.RefreshAsync(Ct);

        var reading = cache.FindAsync("app", Ct).AsTask();
        store.Version = 2;
        await cache.RefreshAsync(Ct);
        store.Answer.SetResult(new Client { Id = "app", Name = "old" });

        Assert.Equal("old", (await reading)!.Name);
        store.Answer = new();
        store.Answer.SetResult(new Client { Id = "app", Name = "new" });
        Assert.Equal("new", (await cache.FindAsync("app", Ct))!.Name);
    }

    [Fact]
    public async Task Known_clients_are_read_once_and_unknown_ids_are_not_kept()
    {
        var store = new SlowStore();
        store.Answer.SetResult(new Client { Id = "app" });
        var cache = new ClientCache(store, TestMetrics.New());

        await cache.FindAsync("app", Ct);
        await cache.FindAsync("app", Ct);
        Assert.Equal(1, store.Reads);

        (store.Answer = new()).SetResult(null);
        await cache.FindAsync("made up", Ct);
        await cache.FindAsync("made up", Ct);
        Assert.Equal(3, store.Reads);
    }

    private sealed class SlowStore : IClientStore
    {
        public TaskCompletionSource<Client?> Answer { get; set; } = new();

        public long Version { get; set; } = 1;

        public int Reads { get; private set; }

        public async ValueTask<Client?> FindAsync(string clientId, CancellationToken ct)
        {
            Reads++;
            return await Answer.Task;
        }

        public ValueTask<long> ReadVersionAsync(CancellationToken ct) => new(Version);

        public ValueTask<IReadOnlyList<Client>> ListAsync(string? afterId, int limit, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<bool> TryCreateAsync(Client client, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<bool> TryUpdateAsync(Client client, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<bool> TryDeleteAsync(string clientId, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask MarkUsedAsync(string clientId, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<int> SweepUnusedAsync(DateTimeOffset now, int limit, CancellationToken ct) => throw new NotSupportedException();
    }
}
