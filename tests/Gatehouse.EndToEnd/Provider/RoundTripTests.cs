using Gatehouse.Tests;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.EndToEnd.Provider;

/// <summary>What a request costs the database, counted on the wire: the budget of docs/performance.md, exactly.</summary>
public sealed class RoundTripTests
{
    private const int WholeSignIn = 9;
    private const string Api = "https://api.example";

    private static void DeclareApi(GatehouseOptions options) => options.Resources.Add(new() { Identifier = Api });

    [Fact]
    public async Task Client_credentials_with_a_JWT_cost_no_round_trip() =>
        await CostAsync(0, (client, _) => client.TokenAsync(("grant_type", "client_credentials"), ("resource", Api)));

    [Fact]
    public async Task A_password_costs_one() =>
        await CostAsync(1, (client, _) => client.PasswordAsync());

    [Fact]
    public async Task A_refresh_costs_two() =>
        await CostAsync(2, (client, tokens) => client.RefreshAsync(tokens.RefreshToken));

    [Fact]
    public async Task A_code_exchange_costs_two()
    {
        await using var real = await RealProvider.OnPostgreSqlAsync(services: Browser.AddCookieLogin, map: Browser.MapSignIn);
        var client = await real.Provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(real.Provider);
        Assert.Equal(200, (await client.RedeemAsync((await browser.AuthorizeAsync(client)).Code)).Status);

        var counts = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var code = (await browser.AuthorizeAsync(client)).Code;
            counts.Add(await real.Wire.CountAsync(async () => Assert.Equal(200, (await client.RedeemAsync(code)).Status)));
        }
        Assert.Equal(2, counts.Min());
    }

    /// <summary>Authorize: the session, the consent, the challenge that must be a new one, the family with its code. Then the exchange and a refresh, two each. (The session learns of its client once.)</summary>
    [Fact]
    public async Task A_whole_sign_in_costs_no_more_than_nine()
    {
        await using var real = await RealProvider.OnPostgreSqlAsync(services: Browser.AddCookieLogin, map: Browser.MapSignIn);
        var client = await real.Provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(real.Provider);
        await SignInAsync();
        await SignInAsync();

        var counts = new List<int>();
        for (var i = 0; i < 5; i++) counts.Add(await real.Wire.CountAsync(SignInAsync));
        Assert.Equal(WholeSignIn, counts.Min());

        async Task SignInAsync()
        {
            var verifier = Guid.NewGuid().ToString("N") + "01234567890";
            var tokens = await client.RedeemAsync((await browser.AuthorizeAsync(client, ("code_challenge", Browser.ChallengeOf(verifier)))).Code, ("code_verifier", verifier));
            Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
        }
    }

    [Fact]
    public async Task An_introspection_costs_one() =>
        await CostAsync(1, (client, tokens) => client.IntrospectAsync(tokens.AccessToken));

    [Fact]
    public async Task A_revocation_costs_three() => // the third tells the other nodes
        await CostAsync(3, (client, tokens) => client.RevokeAsync(tokens.RefreshToken));

    [Fact]
    public async Task Refused_credentials_of_a_known_client_cost_only_the_count() =>
        await CostAsync(1, (client, _) => (client with { Secret = "wrong" }).PasswordAsync(), 401);

    [Fact]
    public async Task A_token_that_we_cannot_have_made_costs_nothing() =>
        await CostAsync(0, (client, tokens) => client.RefreshAsync(tokens.RefreshToken[..^1] + "?"), 400);

    private static async Task CostAsync(int expected, Func<TestClient, Answer, Task<Answer>> request, int status = 200)
    {
        await using var real = await RealProvider.OnPostgreSqlAsync(DeclareApi);
        var client = await real.Provider.AddClientAsync();
        var warm = await client.PasswordAsync();
        Assert.Equal(200, warm.Status);
        await client.RefreshAsync(warm.RefreshToken);
        var tokens = await client.PasswordAsync();

        // The background tasks poll through the same wire twice a second: the least of a few counts is the request's own.
        var counts = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            var fresh = i == 0 ? tokens : await client.PasswordAsync();
            Answer? answer = null;
            counts.Add(await real.Wire.CountAsync(async () => answer = await request(client, fresh)));
            Assert.Equal(status, answer!.Status);
        }
        Assert.Equal(expected, counts.Min());
    }
}
