using Gatehouse.Clients;

namespace Gatehouse.Tests.Authorize;

/// <summary>How strongly a user signed in, and how strongly a client would have liked it.</summary>
public sealed class AcrTests
{
    private const string Gold = "urn:gold", Silver = "urn:silver";

    private static Task<TestProvider> StartAsync() => Browser.StartAppAsync(options =>
    {
        options.Authorize.AcrValues.Add(Silver);
        options.Authorize.AcrValues.Add(Gold);
    });

    private static Client OpenId(Client client) => client with { RequireConsent = false, Scope = "openid notes.read" };

    private static (string, string?) Essential(string acr) => ("claims", $$$$"""{"id_token":{"acr":{"essential":true,"values":["{{{{acr}}}}"]}}}""");

    private static (string, string?) Voluntary(string acr) => ("claims", $$$$"""{"id_token":{"acr":{"value":"{{{{acr}}}}"}}}""");

    [Fact]
    public async Task A_wish_is_tried_once_and_then_given_up()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync(change: OpenId);
        using var browser = await Browser.SignedInAsync(provider);
        foreach (var wish in new[] { ("acr_values", $"{Gold} {Silver}"), Voluntary(Gold) })
        {
            var back = (await browser.AuthorizeAsync(client, wish)).ReturnUrl;
            Assert.NotNull((await browser.GetAsync(back)).Code);
            // Silently there is nothing to try.
            Assert.NotNull((await browser.AuthorizeAsync(client, wish, ("prompt", "none"))).Code);
        }
        await browser.SignInAsync(acr: Silver);
        Assert.NotNull((await browser.AuthorizeAsync(client, ("acr_values", $"{Gold} {Silver}"))).Code);
        Assert.NotNull((await browser.AuthorizeAsync(client, ("acr_values", Gold))).ReturnUrl);
        // What the app never reaches, nobody is bothered for.
        Assert.NotNull((await browser.AuthorizeAsync(client, ("acr_values", "urn:platinum"))).Code);
    }

    [Fact]
    public async Task What_is_essential_is_reached_or_the_client_is_told()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync(change: OpenId);
        using var browser = await Browser.SignedInAsync(provider);
        var back = (await browser.AuthorizeAsync(client, ("scope", "openid"), Essential(Gold))).ReturnUrl;
        (await browser.GetAsync(back)).IsRedirectedError("unmet_authentication_requirements");
        await browser.SignInAsync(acr: Silver);
        (await browser.GetAsync(back)).IsRedirectedError("unmet_authentication_requirements");
        (await browser.AuthorizeAsync(client, ("scope", "openid"), Essential(Gold), ("prompt", "none"))).IsRedirectedError("interaction_required");
        await browser.SignInAsync(acr: Gold);
        var tokens = await client.RedeemAsync((await browser.GetAsync(back)).Code);
        Assert.Equal(Gold, Jwt.PayloadOf(tokens.Member("id_token")!).GetProperty("acr").GetString());
    }

    [Fact]
    public async Task What_is_essential_and_cannot_be_reached_is_refused_at_once()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync(change: OpenId);
        using var browser = await Browser.SignedInAsync(provider);
        foreach (var prompt in (string?[])[null, "none"])
            (await browser.AuthorizeAsync(client, Essential("urn:platinum"), ("prompt", prompt))).IsRedirectedError("unmet_authentication_requirements");
        // Unless the user has it without our knowing that the app can.
        await browser.SignInAsync(acr: "urn:platinum");
        Assert.NotNull((await browser.AuthorizeAsync(client, Essential("urn:platinum"))).Code);
    }

    [Theory]
    [Trait("SR", "SR-032"), Trait("SR", "SR-225")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"id_token\":1}")]
    [InlineData("{\"id_token\":{\"acr\":{\"essential\":\"yes\"}}}")]
    [InlineData("{\"id_token\":{\"acr\":{\"values\":[\"\\ud800\"]}}}")]
    [InlineData("{\"id_token\":{\"\\ud800\":null}}")]
    [InlineData("{\"id_token\":{\"acr\":null,\"acr\":null}}")]
    [InlineData("{\"id_token\":{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{}}}}}}}}}")]
    public async Task A_claims_parameter_that_is_none_is_told_to_the_client(string claims)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync(change: OpenId);
        using var browser = await Browser.SignedInAsync(provider);
        var answer = await browser.AuthorizeAsync(client, ("claims", claims));
        if (claims.Length == 0) Assert.NotNull(answer.Code);
        else answer.IsRedirectedError("invalid_request");
    }
}
