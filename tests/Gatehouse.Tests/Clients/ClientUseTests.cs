using Gatehouse.Clients;

namespace Gatehouse.Tests.Clients;

public sealed class ClientUseTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_token_of_a_client_is_its_only_write()
    {
        await using var provider = await TestProvider.StartAsync();
        var app = await provider.AddClientAsync(change: client => client with { UnusedUntil = provider.Clock.GetUtcNow().AddDays(1) });
        var store = provider.Get<IClientStore>();

        await app.PasswordAsync(("password", "wrong"));
        Assert.NotNull((await store.FindAsync(app.Id, Ct))!.UnusedUntil);
        Assert.Equal(200, (await app.PasswordAsync()).Status);
        Assert.Null((await store.FindAsync(app.Id, Ct))!.UnusedUntil);
        var version = await store.ReadVersionAsync(Ct);
        Assert.Equal(200, (await app.PasswordAsync()).Status);

        Assert.Equal(version, await store.ReadVersionAsync(Ct));
    }

    [Fact]
    public async Task The_sweeper_removes_clients_that_were_never_used()
    {
        await using var provider = await TestProvider.StartAsync();
        var now = provider.Clock.GetUtcNow();
        await provider.AddClientAsync("forgotten", client => client with { UnusedUntil = now.AddSeconds(1) });
        await provider.AddClientAsync("kept");

        await ClientUse.NeverUsed(provider.Get<IClientStore>()).RemoveAsync(now.AddSeconds(2), 10, Ct);

        Assert.Equal(["kept"], (await provider.Get<IClientStore>().ListAsync(null, 10, Ct)).Select(client => client.Id));
    }
}
