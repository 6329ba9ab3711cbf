using Gatehouse.Clients;
using Gatehouse.Tests.Tokens;
using Gatehouse.Tokens;

namespace Gatehouse.Tests.Authorize;

/// <summary>OpenID Connect Core §5.5: what is asked for by name needs the user's yes like any scope, and may name the user.</summary>
public sealed class ClaimsParameterTests
{
    private const string EmailAndName = """{"userinfo":{"email":null},"id_token":{"name":{"essential":true}}}""";

    [Fact]
    [Trait("SR", "SR-216")]
    public async Task Claims_asked_for_by_name_are_shown_to_the_user_and_remembered()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync(change: client => client with { RequireConsent = true });
        using var browser = await Browser.SignedInAsync(provider);
        await browser.AllowAsync(await browser.AuthorizeAsync(client, ("scope", "openid")));

        var consent = await browser.AuthorizeAsync(client, ("scope", "openid"), ("claims", EmailAndName));
        var answer = await client.RedeemAsync((await browser.AllowAsync(consent)).Code);

        Assert.True(consent.IsConsent);
        Assert.Contains("e-mail", consent.Text, StringComparison.OrdinalIgnoreCase);
        // Asked for as claims, so granted as claims: the scope is what it was.
        Assert.Equal("openid", answer.Member("scope"));
        Assert.Equal(303, (await browser.AuthorizeAsync(client, ("scope", "openid"), ("claims", EmailAndName))).Status);
        Assert.True((await browser.AuthorizeAsync(client, ("scope", "openid"), ("claims", """{"userinfo":{"phone_number":null}}"""))).IsConsent);
    }

    [Theory, InlineData("public"), InlineData("pairwise")]
    public async Task Only_the_user_that_a_request_names_can_answer_it(string subjectType)
    {
        await using var provider = await OpenIdApp.StartAsync(configure: options => options.PairwiseSecret = new('x', 32));
        var client = await provider.AddOpenIdClientAsync(change: client => client with { SubjectType = subjectType });
        using var browser = await Browser.SignedInAsync(provider);
        string Sub(string subject) => provider.Get<PairwiseSubject>().Of(client.Client, subject);
        Task<Page> AskAsync(string sub, string? prompt = null) => browser.AuthorizeAsync(client, ("scope", "openid"), ("claims", "{\"id_token\":{\"sub\":{\"value\":\"" + sub + "\"}}}"), ("prompt", prompt));

        Assert.NotEmpty((await AskAsync(Sub("1"))).Code);
        (await AskAsync(Sub("2"), "none")).IsRedirectedError("login_required");
        (await AskAsync("nobody", "none")).IsRedirectedError("login_required");

        // With prompts allowed, the user may still sign in as the other one.
        var login = await AskAsync(Sub("2"));
        Assert.Contains(Browser.LoginPath, login.Location, StringComparison.Ordinal);
        var back = System.Web.HttpUtility.ParseQueryString(new Uri(new Uri(TestProvider.Issuer), login.Location!).Query)["ReturnUrl"]!;
        (await browser.GetAsync(back)).IsRedirectedError("login_required");
        await browser.SignInAsync("2", "bob");
        Assert.NotEmpty((await browser.GetAsync(back)).Code);
    }

    [Fact]
    public async Task Without_openid_no_claims_are_asked_for()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync(change: client => client with { RequireConsent = true });
        using var browser = await Browser.SignedInAsync(provider);

        var consent = await browser.AuthorizeAsync(client, ("scope", "notes.read"), ("claims", """{"userinfo":{"email":null}}"""));

        Assert.True(consent.IsConsent);
        Assert.DoesNotContain("e-mail", consent.Text, StringComparison.OrdinalIgnoreCase);
    }
}
