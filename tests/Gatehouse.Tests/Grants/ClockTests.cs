using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Storage;
using Gatehouse.Tests.Authorize;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Grants;

/// <summary>Two nodes on one store, one of them with a clock that is a minute off.</summary>
public sealed class ClockTests
{
    private const string Api = "https://api.example";

    private readonly InMemoryKeyStore keys = new();
    private readonly InMemoryClientStore clients = new();
    private readonly InMemoryProtocolStore protocol = new();
    private readonly EphemeralDataProtectionProvider protection = new();

    [Theory, InlineData(-60), InlineData(60)]
    public async Task A_node_whose_clock_is_a_minute_off_serves_what_the_other_issued(int seconds)
    {
        await using var right = await StartAsync();
        await using var wrong = await StartAsync();
        wrong.Clock.Advance(TimeSpan.FromMinutes(2));
        right.Clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromSeconds(seconds));
        var client = await right.AddClientAsync(change: client => client with { Scope = "openid notes.read", RequireConsent = false });
        var there = client with { Provider = wrong };
        using var browser = await Browser.SignedInAsync(right);

        var tokens = await client.RedeemAsync((await browser.AuthorizeAsync(client, ("scope", "openid notes.read"))).Code);
        Assert.Equal(200, tokens.Status);
        Assert.True(await there.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(200, (await there.TokenAsync(("grant_type", "client_credentials"), ("resource", Api))).Status);
        var jwt = (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api))).AccessToken;
        Assert.True(await there.IsActiveAsync(jwt));

        var refreshed = await there.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(200, refreshed.Status);
        Assert.True(await client.IsActiveAsync(refreshed.AccessToken));
        await client.RevokeAsync(refreshed.RefreshToken);
        Assert.False(await there.IsActiveAsync(refreshed.AccessToken));
        Assert.DoesNotContain(wrong.Logs.Lines, entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task A_code_that_a_fast_clock_takes_for_expired_is_refused_with_both_times_and_still_good_elsewhere()
    {
        await using var right = await StartAsync();
        await using var fast = await StartAsync();
        fast.Clock.Advance(TimeSpan.FromSeconds(60));
        var client = await right.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(right);
        var code = (await browser.AuthorizeAsync(client)).Code;

        var refusal = await (client with { Provider = fast }).RedeemAsync(code);
        Assert.Equal((400, "invalid_grant"), (refusal.Status, refusal.Member("error")));
        Assert.Contains(fast.Logs.Lines, entry => entry.Message.Contains("the clocks of your machines differ", StringComparison.Ordinal));
        Assert.Equal(200, (await client.RedeemAsync(code)).Status);
    }

    private Task<TestProvider> StartAsync() => Browser.StartAppAsync(
        options => options.Resources.Add(new() { Identifier = Api }),
        services => services.AddSingleton<IKeyStore>(keys).AddSingleton<IClientStore>(clients).AddSingleton<IProtocolStore>(protocol).AddSingleton<IDataProtectionProvider>(protection));
}
