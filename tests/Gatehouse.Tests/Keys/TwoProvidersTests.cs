using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Keys;

/// <summary>Two whole providers on one store, each looking after its keys by itself, while both issue tokens and check those of the other.</summary>
public sealed class TwoProvidersTests
{
    private const string Api = "https://api.example";

    private readonly FakeTimeProvider clock = new(KeyNode.Start);
    private readonly InMemoryKeyStore keys = new();
    private readonly InMemoryClientStore clients = new();
    private readonly InMemoryProtocolStore protocol = new();
    private readonly EphemeralDataProtectionProvider protection = new();

    [Fact]
    [Trait("SR", "SR-242")]
    public async Task No_token_is_refused_while_keys_rotate_under_load()
    {
        await using TestProvider a = await StartAsync(), b = await StartAsync();
        var client = await a.AddClientAsync();
        TestClient[] nodes = [client, client with { Provider = b }];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var signers = new HashSet<string>();
        var checkedTokens = 0;

        var load = Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var token = await IssueAsync(nodes[i % 2]);
                foreach (var node in nodes) Assert.True(await node.IsActiveAsync(token), $"{clock.GetUtcNow():O} node {i % 2}: {Jwt.HeaderOf(token)}");
                lock (signers) signers.Add(Jwt.HeaderOf(token).GetProperty("kid").GetString()!);
                Interlocked.Increment(ref checkedTokens);
            }
        }, Ct)).ToList();
        var rotating = new KeyOptions();
        Rotating(rotating);
        for (var hour = 0; hour < 12; hour++)
        {
            // As long as it takes for each hour to see some tokens.
            var until = Volatile.Read(ref checkedTokens) + 8;
            while (Volatile.Read(ref checkedTokens) < until && !load.Exists(task => task.IsCompleted)) await Task.Delay(1, Ct);
            for (var i = 0; i < 6; i++)
            {
                clock.Advance(TimeSpan.FromMinutes(10));
                // A key that is due is made in the background, whenever that comes to it.
                await Eventually.TrueAsync(async () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    return new KeySchedule(rotating).TurnOf(Jwa.ES256, await keys.ListAsync(Ct), _ => true, clock.GetUtcNow()).NextSignsFrom is null;
                });
            }
        }
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.InRange(signers.Count, 5, 7);
        // Nothing that these keys signed has expired: the longest token lives for a day.
        Assert.Equal((await keys.ListAsync(Ct)).Count, await PublishedAsync(a));
        Assert.Equal(await PublishedAsync(a), await PublishedAsync(b));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<string> IssueAsync(TestClient client) => (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api))).AccessToken;

    private static async Task<int> PublishedAsync(TestProvider provider) =>
        System.Text.Json.JsonDocument.Parse(await provider.Http.GetStringAsync("/oauth2/jwks", Ct)).RootElement.GetProperty("keys").GetArrayLength();

    private static void Rotating(KeyOptions options) => (options.PublicationLead, options.RotationInterval) = (TimeSpan.FromHours(1), TimeSpan.FromHours(2));

    private Task<TestProvider> StartAsync() => TestProvider.StartAsync(
        options =>
        {
            options.Resources.Add(new() { Identifier = Api, AccessTokenLifetime = TimeSpan.FromHours(24) });
            Rotating(options.Keys);
        },
        services => services.AddSingleton<IKeyStore>(keys).AddSingleton<IClientStore>(clients).AddSingleton<IProtocolStore>(protocol).AddSingleton<IDataProtectionProvider>(protection),
        time: clock);
}
