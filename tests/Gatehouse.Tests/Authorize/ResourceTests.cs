namespace Gatehouse.Tests.Authorize;

/// <summary>Where a code's tokens may be used (RFC 8707).</summary>
public sealed class ResourceTests
{
    private const string One = "https://one.example", Two = "https://two.example";

    private static async Task<(TestProvider, TestClient, Browser)> StartAsync()
    {
        var provider = await Browser.StartAppAsync(options =>
        {
            options.Resources.Add(new() { Identifier = One });
            options.Resources.Add(new() { Identifier = Two, AccessTokenFormat = "reference" });
        });
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false, ResourceServerFor = ["self", Two] });
        return (provider, client, await Browser.SignedInAsync(provider));
    }

    private static Task<Page> AuthorizeAsync(Browser browser, TestClient client, params string[] resources) =>
        browser.GetAsync(Browser.Url(client) + string.Concat(resources.Select(resource => "&resource=" + Uri.EscapeDataString(resource))));

    private static bool IsJwt(Answer answer) => answer.AccessToken.StartsWith("eyJ", StringComparison.Ordinal);

    [Fact]
    [Trait("SR", "SR-043"), Trait("SR", "SR-070")]
    public async Task A_code_for_one_resource_gives_a_token_for_it_and_for_no_other()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await AuthorizeAsync(browser, client, One)).Code;
        (await client.RedeemAsync(code, ("resource", Two))).IsRefused(400, "invalid_target");
        (await client.RedeemAsync(code, ("resource", TestProvider.Issuer))).IsRefused(400, "invalid_target");
        var tokens = await client.RedeemAsync(code);
        Assert.True(IsJwt(tokens));
    }

    [Fact]
    [Trait("SR", "SR-065"), Trait("SR", "SR-070")]
    public async Task Leaving_the_resource_out_at_refresh_does_not_widen_it_to_the_apps_own_api()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var tokens = await client.RedeemAsync((await AuthorizeAsync(browser, client, One)).Code);
        var refreshed = await client.RefreshAsync(tokens.RefreshToken);
        Assert.True(IsJwt(refreshed), refreshed.Body);
        (await client.RefreshAsync(refreshed.RefreshToken, ("resource", TestProvider.Issuer))).IsRefused(400, "invalid_target");
    }

    [Fact]
    public async Task Of_several_granted_resources_a_token_request_names_one()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await AuthorizeAsync(browser, client, One, Two)).Code;
        (await client.RedeemAsync(code)).IsRefused(400, "invalid_target");
        (await client.RedeemAsync(code, ("resource", "https://three.example"))).IsRefused(400, "invalid_target");
        var tokens = await client.RedeemAsync(code, ("resource", Two));
        Assert.Equal(Two, (await client.IntrospectAsync(tokens.AccessToken)).Member("aud"));
        Assert.True(IsJwt(await client.RefreshAsync(tokens.RefreshToken, ("resource", One))));
    }

    [Fact]
    public async Task The_apps_own_api_can_be_named_beside_others_and_is_what_is_meant_by_none()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var tokens = await client.RedeemAsync((await AuthorizeAsync(browser, client, One, TestProvider.Issuer)).Code);
        Assert.Equal(TestProvider.Issuer, (await client.IntrospectAsync(tokens.AccessToken)).Member("aud"));
        var free = await client.RedeemAsync((await AuthorizeAsync(browser, client)).Code, ("resource", One));
        Assert.True(IsJwt(free));
    }

    [Fact]
    [Trait("SR", "SR-216")]
    public async Task The_consent_page_names_the_resources_elsewhere()
    {
        var (provider, _, browser) = await StartAsync();
        await using var running = provider;
        var asked = await provider.AddClientAsync("asked");
        var page = await AuthorizeAsync(browser, asked, One, TestProvider.Issuer);
        Assert.Contains(One, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("self", page.Text, StringComparison.Ordinal);
    }
}
