using Gatehouse.Clients;

namespace Gatehouse.Tests.Authorize;

/// <summary>A client that knows its user, and wants that one and no other.</summary>
public sealed class IdTokenHintTests
{
    private static Task<TestProvider> StartAsync() => Browser.StartAppAsync(options => options.PairwiseSecret = new string('s', 32));

    private static Client OpenId(Client client) => client with { RequireConsent = false, Scope = "openid notes.read" };

    private static async Task<string> IdTokenAsync(TestClient client, Browser browser) =>
        (await client.RedeemAsync((await browser.AuthorizeAsync(client, ("scope", "openid"))).Code)).Member("id_token")!;

    [Theory]
    [InlineData("ES256", "public")]
    [InlineData("RS256", "public")]
    [InlineData("PS256", "pairwise")]
    [InlineData("EdDSA", "pairwise")]
    public async Task The_user_who_is_meant_goes_on_however_old_the_token_is(string alg, string subjects)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync(change: client => OpenId(client) with { IdTokenSignedResponseAlg = alg, SubjectType = subjects });
        using var browser = await Browser.SignedInAsync(provider);
        var hint = await IdTokenAsync(client, browser);
        provider.Clock.Advance(TimeSpan.FromHours(5));
        Assert.NotNull((await browser.AuthorizeAsync(client, ("id_token_hint", hint), ("prompt", "none"))).Code);
        Assert.NotNull((await browser.AuthorizeAsync(client, ("id_token_hint", hint))).Code);
    }

    [Theory]
    [InlineData("public")]
    [InlineData("pairwise")]
    public async Task Another_user_is_asked_to_sign_in_once_and_never_silently_taken_for_the_one_who_is_meant(string subjects)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync(change: client => OpenId(client) with { SubjectType = subjects });
        using var browser = await Browser.SignedInAsync(provider);
        var hint = await IdTokenAsync(client, browser);
        await browser.SignInAsync("2", "bob");
        (await browser.AuthorizeAsync(client, ("id_token_hint", hint), ("prompt", "none"))).IsRedirectedError("login_required");
        var back = (await browser.AuthorizeAsync(client, ("id_token_hint", hint))).ReturnUrl;
        // Bob comes back as himself: an answer, and no circle.
        (await browser.GetAsync(back)).IsRedirectedError("login_required");
        await browser.SignInAsync();
        Assert.NotNull((await browser.GetAsync(back)).Code);
        using var nobody = new Browser(provider);
        (await nobody.AuthorizeAsync(client, ("id_token_hint", hint), ("prompt", "none"))).IsRedirectedError("login_required");
        var signIn = (await nobody.AuthorizeAsync(client, ("id_token_hint", hint))).ReturnUrl;
        await nobody.SignInAsync("2", "bob");
        (await nobody.GetAsync(signIn)).IsRedirectedError("login_required");
    }

    [Theory]
    [Trait("SR", "SR-071"), Trait("SR", "SR-032")]
    [InlineData("nonsense")]
    [InlineData("e30.e30.")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")]
    [InlineData("access")]
    [InlineData("altered")]
    [InlineData("of another client")]
    public async Task What_is_no_id_token_of_this_client_is_refused(string kind)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync(change: OpenId);
        var other = await provider.AddClientAsync("other", OpenId);
        using var browser = await Browser.SignedInAsync(provider);
        var hint = kind switch
        {
            "access" => (await client.RedeemAsync((await browser.AuthorizeAsync(client)).Code)).AccessToken,
            "altered" => await IdTokenAsync(client, browser) is var token ? token[..^4] + (token[^4] == 'A' ? 'B' : 'A') + token[^3..] : "",
            "of another client" => await IdTokenAsync(other, browser),
            _ => kind,
        };
        (await browser.AuthorizeAsync(client, ("id_token_hint", hint))).IsRedirectedError("invalid_request");
        Assert.DoesNotContain(provider.Logs.Lines, line => line.Category.StartsWith("Gatehouse", StringComparison.Ordinal) && line.ToString().Contains(hint, StringComparison.Ordinal) && hint.Length > 20);
    }

    [Theory]
    [InlineData("id_token")]
    [InlineData("userinfo")]
    public async Task A_sub_that_is_asked_for_by_value_is_meant_like_a_hint(string where)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync(change: OpenId);
        using var browser = await Browser.SignedInAsync(provider);
        (string, string?) Claims(string sub) => ("claims", $$$$"""{"{{{{where}}}}":{"sub":{"value":"{{{{sub}}}}"}}}""");
        Assert.NotNull((await browser.AuthorizeAsync(client, ("scope", "openid"), ("prompt", "none"), Claims("1"))).Code);
        (await browser.AuthorizeAsync(client, ("scope", "openid"), ("prompt", "none"), Claims("2"))).IsRedirectedError("login_required");
        Assert.NotNull((await browser.AuthorizeAsync(client, ("scope", "openid"), Claims("2"))).ReturnUrl);
    }

    [Fact]
    public async Task A_pairwise_client_gets_nobody_while_there_is_no_secret()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => OpenId(client) with { SubjectType = "pairwise" });
        using var browser = await Browser.SignedInAsync(provider);
        (await browser.AuthorizeAsync(client)).IsRedirectedError("unauthorized_client");
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1612 && line.Message.Contains("Gatehouse:PairwiseSecret", StringComparison.Ordinal));
    }
}
