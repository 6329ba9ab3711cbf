using Gatehouse.Tests;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.EndToEnd.Provider;

/// <summary>From a browser to tokens on real databases, and many who redeem one code at once.</summary>
public sealed class CodeRaceTests
{
    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    [Trait("SR", "SR-045"), Trait("SR", "SR-046")]
    public async Task Of_many_who_redeem_one_code_at_most_one_gets_tokens_and_the_replay_ends_them(string database)
    {
        await using var real = await RealProvider.OnAsync(database, services: Browser.AddCookieLogin, map: Browser.MapSignIn);
        var client = await real.Provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(real.Provider);
        var code = (await browser.AllowAsync(await browser.AuthorizeAsync(client))).Code;

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => client.RedeemAsync(code))));

        var won = Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer != won), answer => answer.IsRefused(400, "invalid_grant"));
        Assert.False(await client.IsActiveAsync(won.AccessToken));
        (await client.RefreshAsync(won.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Consent_is_remembered_and_the_tokens_of_a_code_refresh(string database)
    {
        await using var real = await RealProvider.OnAsync(database, services: Browser.AddCookieLogin, map: Browser.MapSignIn);
        var client = await real.Provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(real.Provider);
        await browser.AllowAsync(await browser.AuthorizeAsync(client));
        var tokens = await client.RedeemAsync((await browser.AuthorizeAsync(client, ("nonce", "n"))).Code);
        var refreshed = await client.RefreshAsync(tokens.RefreshToken);
        Assert.Equal("1", (await client.IntrospectAsync(refreshed.AccessToken)).Member("sub"));
    }
}
