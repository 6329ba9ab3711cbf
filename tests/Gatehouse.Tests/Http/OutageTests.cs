using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Http;

/// <summary>A store that fails is an outage: the client is told to come back, the operator is told all, and nothing is half done.</summary>
public sealed class OutageTests
{
    private const string Api = "https://api.example";

    private readonly FailingStore store = new();

    [Fact]
    [Trait("SR", "SR-225")]
    public async Task A_sign_in_that_cannot_be_stored_gives_no_token()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();

        store.FailsAt = nameof(IProtocolStore.StartAsync);
        IsAnOutage(provider, await client.PasswordAsync());
        store.FailsAt = null;

        Assert.Equal(200, (await client.PasswordAsync()).Status);
    }

    [Theory, InlineData(nameof(IProtocolStore.FindAsync)), InlineData(nameof(IProtocolStore.TryRedeemAsync))]
    [Trait("SR", "SR-225")]
    public async Task A_refresh_that_fails_spends_nothing(string at)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        store.FailsAt = at;
        IsAnOutage(provider, await client.RefreshAsync(tokens.RefreshToken));
        store.FailsAt = null;

        var refreshed = await client.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(200, refreshed.Status);
        Assert.True(await client.IsActiveAsync(refreshed.AccessToken));
    }

    [Fact]
    [Trait("SR", "SR-225")]
    public async Task A_refresh_whose_answer_was_lost_after_it_was_stored_is_answered_again()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        store.FailsAfter = nameof(IProtocolStore.TryRedeemAsync);
        IsAnOutage(provider, await client.RefreshAsync(tokens.RefreshToken));
        store.FailsAfter = null;

        var again = await client.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(200, again.Status);
        Assert.Equal(200, (await client.RefreshAsync(again.RefreshToken)).Status);
    }

    [Theory, InlineData(nameof(IProtocolStore.FindAsync)), InlineData(nameof(IProtocolStore.RevokeFamilyAsync))]
    [Trait("SR", "SR-201")]
    public async Task A_revocation_that_fails_never_says_that_it_was_done(string at)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        store.FailsAt = at;
        IsAnOutage(provider, await client.RevokeAsync(tokens.RefreshToken));
        store.FailsAt = null;

        Assert.True(await client.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(200, (await client.RevokeAsync(tokens.RefreshToken)).Status);
        Assert.False(await client.IsActiveAsync(tokens.AccessToken));
    }

    [Fact]
    [Trait("SR", "SR-199")]
    public async Task Introspection_does_not_guess()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var (reference, jwt) = ((await client.PasswordAsync()).AccessToken, (await client.PasswordAsync(("resource", Api))).AccessToken);

        store.FailsAt = nameof(IProtocolStore.FindAsync);
        IsAnOutage(provider, await client.IntrospectAsync(reference));
        store.FailsAt = nameof(IProtocolStore.FindFamilyAsync);
        IsAnOutage(provider, await client.IntrospectAsync(jwt));
    }

    [Fact]
    [Trait("SR", "SR-225")]
    public async Task Clients_keys_and_counters_that_cannot_be_read_are_outages_too()
    {
        await using var provider = await StartAsync(services => services.AddSingleton<IClientStore, NoClients>());
        IsAnOutage(provider, await Answer.OfAsync(await provider.PostAsync("/oauth2/token", TestClient.BasicOf("app", "x"), ("grant_type", "client_credentials"))));
        // Said by the poll in the background, whose first turn may come after the request's.
        for (var i = 0; i < 200 && !provider.Logs.Lines.Any(line => line.Event.Id == 1101); i++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1101);

        await using var keyless = await StartAsync(services => services.AddSingleton<IKeyStore, NoKeys>());
        var client = await keyless.AddClientAsync();
        IsAnOutage(keyless, await client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api)));
        Assert.Equal(200, (await client.PasswordAsync()).Status);

        // A guess that cannot be counted is not answered; a right password needs no counting.
        await using var countless = await StartAsync(services => services.AddSingleton<IAttemptStore, NoAttempts>());
        client = await countless.AddClientAsync();
        IsAnOutage(countless, await client.TokenAsync(("grant_type", "password"), ("username", "alice"), ("password", "guess")));
        Assert.Equal(200, (await client.PasswordAsync()).Status);
    }

    private Task<TestProvider> StartAsync(Action<IServiceCollection>? more = null) => TestProvider.StartAsync(
        options => options.Resources.Add(new() { Identifier = Api }),
        services =>
        {
            services.AddSingleton<IProtocolStore>(store);
            more?.Invoke(services);
        });

    private static void IsAnOutage(TestProvider provider, Answer answer)
    {
        answer.IsRefused(503, "temporarily_unavailable");
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        Assert.DoesNotContain("wire", answer.Body, StringComparison.Ordinal);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1001 && line.Exception is TimeoutException);
    }

    private static TimeoutException Down => new("The wire is cut.");

    private sealed class NoClients : IClientStore
    {
        public ValueTask<Client?> FindAsync(string clientId, CancellationToken ct) => throw Down;

        public ValueTask<IReadOnlyList<Client>> ListAsync(string? afterId, int limit, CancellationToken ct) => throw Down;

        public ValueTask<bool> TryCreateAsync(Client client, CancellationToken ct) => throw Down;

        public ValueTask<bool> TryUpdateAsync(Client client, CancellationToken ct) => throw Down;

        public ValueTask<bool> TryDeleteAsync(string clientId, CancellationToken ct) => throw Down;

        public ValueTask MarkUsedAsync(string clientId, CancellationToken ct) => throw Down;

        public ValueTask<int> SweepUnusedAsync(DateTimeOffset now, int limit, CancellationToken ct) => throw Down;

        public ValueTask<long> ReadVersionAsync(CancellationToken ct) => throw Down;
    }

    private sealed class NoKeys : IKeyStore
    {
        public ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct) => throw Down;

        public ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct) => throw Down;

        public ValueTask<bool> TryRetireAsync(string id, DateTimeOffset now, CancellationToken ct) => throw Down;

        public ValueTask<bool> TryReplaceAsync(string id, KeyReplacement replacement, CancellationToken ct) => throw Down;

        public ValueTask<bool> TryRemoveAsync(string id, CancellationToken ct) => throw Down;
    }

    private sealed class NoAttempts : IAttemptStore
    {
        public ValueTask<IReadOnlyList<Attempts>> AddFailureAsync(IReadOnlyList<string> keys, DateTimeOffset now, DateTimeOffset forgetBefore, CancellationToken ct) => throw Down;

        public ValueTask ClearAsync(string key, DateTimeOffset now, CancellationToken ct) => throw Down;

        public ValueTask<IReadOnlyList<Attempts>> ListSinceAsync(DateTimeOffset since, CancellationToken ct) => throw Down;

        public ValueTask<int> SweepAsync(DateTimeOffset before, int limit, CancellationToken ct) => throw Down;
    }

    /// <summary>The store in memory, behind a wire that a test cuts before or after one of its methods.</summary>
    private sealed class FailingStore : IProtocolStore
    {
        private readonly InMemoryProtocolStore inner = new();

        public string? FailsAt { get; set; }

        public string? FailsAfter { get; set; }

        public ValueTask<Artifact?> FindAsync(string id, CancellationToken ct) => RunAsync(nameof(FindAsync), () => inner.FindAsync(id, ct));

        public ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct) => RunAsync(nameof(FindFamilyAsync), () => inner.FindFamilyAsync(id, ct));

        public ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct) => RunAsync(nameof(TryRememberAsync), () => inner.TryRememberAsync(key, until, ct));

        public async ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct) =>
            await RunAsync(nameof(StartAsync), async () => { await inner.StartAsync(family, artifacts, ct); return true; });

        public ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct) =>
            RunAsync(nameof(TryRedeemAsync), () => inner.TryRedeemAsync(seen, successors, receipt, now, ct));

        public ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct) => RunAsync(nameof(TryUpdateAsync), () => inner.TryUpdateAsync(seen, payload, ct));

        public async ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct) =>
            await RunAsync(nameof(RevokeFamilyAsync), async () => { await inner.RevokeFamilyAsync(familyId, now, ct); return true; });

        public ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct) =>
            RunAsync(nameof(RevokeFamiliesAsync), () => inner.RevokeFamiliesAsync(subject, clientId, now, ct));

        public ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct) => RunAsync(nameof(RevokeSessionAsync), () => inner.RevokeSessionAsync(sessionId, now, ct));

        public ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct) => inner.RevokeFamiliesExceptAsync(subject, sessionId, now, ct);

        public ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct) => inner.ListClientsAsync(subject, after, limit, now, ct);

        public ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct) => inner.RecordUseAsync(uses, ct);

        public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct) => inner.SweepAsync(now, limit, ct);

        private async ValueTask<T> RunAsync<T>(string method, Func<ValueTask<T>> run)
        {
            if (FailsAt == method) throw Down;
            var result = await run();
            return FailsAfter == method ? throw Down : result;
        }
    }
}
