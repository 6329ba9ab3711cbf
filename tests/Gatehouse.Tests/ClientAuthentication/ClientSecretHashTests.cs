using System.Text;
using Gatehouse.ClientAuthentication;
using Gatehouse.Clients;

namespace Gatehouse.Tests.ClientAuthentication;

/// <summary>Which stored secrets open the door.</summary>
public sealed class ClientSecretHashTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory, InlineData(""), InlineData(null), InlineData("anything")]
    [Trait("SR", "SR-096")]
    public void A_missing_or_empty_stored_secret_matches_nothing(string? presented)
    {
        Client[] clients =
        [
            new() { Id = "none" },
            new() { Id = "default", Secrets = [Stored(ClientSecret.Sha256, default)] },
            new() { Id = "imported", Secrets = [Stored(ClientSecret.PyramidScrypt, Array.Empty<byte>())] },
            new() { Id = "of the empty string", Secrets = [Stored(ClientSecret.Sha256, ClientSecret.HashOf(""))] },
            new() { Id = "unknown algorithm", Secrets = [Stored("plain", Encoding.UTF8.GetBytes("anything"))] },
        ];

        Assert.All(clients, client => Assert.False(ClientSecretHash.Verify(client, presented, Now)));
        Assert.False(ClientSecretHash.Verify(null, presented, Now));
        Assert.False(ClientSecretHash.Verify(null, "nobody's secret", Now));
    }

    [Fact]
    public async Task Several_secrets_work_side_by_side_until_each_expires()
    {
        await using var provider = await TestProvider.StartAsync();
        var old = ClientSecret.New(provider.Clock.GetUtcNow(), provider.Clock.GetUtcNow().AddSeconds(10), out var oldSecret);
        var client = await provider.AddClientAsync("app", client => client with { Secrets = [old, .. client.Secrets] });
        Task<HttpResponseMessage> CallAsync(string secret) => provider.PostAsync("/oauth2/token", TestClient.BasicOf("app", secret), ("grant_type", "client_credentials"));

        Assert.Equal(200, (int)(await CallAsync(oldSecret)).StatusCode);
        Assert.Equal(200, (int)(await CallAsync(client.Secret)).StatusCode);
        provider.Clock.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.Equal(200, (int)(await CallAsync(oldSecret)).StatusCode);
        provider.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(401, (int)(await CallAsync(oldSecret)).StatusCode);
        Assert.Equal(200, (int)(await CallAsync(client.Secret)).StatusCode);
    }

    [Fact]
    public async Task An_imported_secret_is_kept_our_way_after_its_first_use()
    {
        const string secret = "5a1f0c6c";
        // Python's hashlib.scrypt(b"5a1f0c6c", salt=b"pepper", n=16384, r=8, p=1, dklen=64)
        const string hash = "a752e3d2e35373124ea25e2439b13a651f6db6d666375d18beefd5c2f2c718da" +
            "233d13e63103d21e98c5f30aac71dd5c0fbf2be54fa6eba34a1a16f475d47db8";
        await using var provider = await TestProvider.StartAsync();
        var imported = Stored(ClientSecret.PyramidScrypt, Convert.FromHexString(hash)) with { Salt = Encoding.UTF8.GetBytes("pepper") };
        var client = await provider.AddClientAsync("deployed", client => client with { Secrets = [imported] });

        (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", TestClient.BasicOf("deployed", "wrong"), ("grant_type", "client_credentials")))).IsRefused(401, "invalid_client");
        Assert.Equal([imported], (await StoredClientAsync()).Secrets);
        Assert.Equal(200, (await (client with { Secret = secret }).TokenAsync(("grant_type", "client_credentials"))).Status);
        Assert.Equal(ClientSecret.Sha256, Assert.Single((await StoredClientAsync()).Secrets).Algorithm);

        async Task<Client> StoredClientAsync() => (await provider.Get<IClientStore>().FindAsync("deployed", TestContext.Current.CancellationToken))!;
    }

    private static ClientSecret Stored(string algorithm, ReadOnlyMemory<byte> hash) => new("1", algorithm, hash, Now, null);
}
