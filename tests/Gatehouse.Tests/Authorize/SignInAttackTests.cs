namespace Gatehouse.Tests.Authorize;

/// <summary>Who tries to put a user into another's sign-in, or a request of their own before a user.</summary>
public sealed class SignInAttackTests
{
    [Fact]
    [Trait("SR", "SR-211"), Trait("SR", "SR-034")]
    public async Task Nothing_is_planted_in_a_browser_before_its_user_signs_in()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        foreach (var prompt in (string?[])[null, "login", "none"])
            Assert.Null((await browser.AuthorizeAsync(client, ("prompt", prompt))).Header("Set-Cookie"));
        Assert.Null((await browser.AuthorizeAsync(client, ("client_id", "nobody"))).Header("Set-Cookie"));
    }

    [Fact]
    [Trait("SR", "SR-034")]
    public async Task A_request_that_was_begun_in_another_browser_lets_nobody_off_signing_in()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var victim = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        using var attacker = new Browser(provider);
        var begun = (await attacker.AuthorizeAsync(client, ("prompt", "login"))).ReturnUrl;
        // The attacker signs in there; that is not the victim's sign-in.
        await attacker.SignInAsync("666", "mallory");
        (await victim.GetAsync(begun)).IsRedirectedError("login_required");
        // And what the attacker gets is for the attacker.
        var code = (await attacker.GetAsync(begun)).Code;
        Assert.Equal("666", (await client.IntrospectAsync((await client.RedeemAsync(code)).AccessToken)).Member("sub"));
    }

    [Fact]
    [Trait("SR", "SR-033")]
    public async Task A_sealed_mark_says_nothing_that_can_be_written_elsewhere()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        var mark = (await browser.AuthorizeAsync(client, ("prompt", "login"))).ReturnUrl.Split("gatehouse_login=")[1];
        // As a consent ticket, as a sealed request, twice, and in the body of a post.
        (await browser.PostAsync("/oauth2/authorize/consent", [new("request", mark), new("decision", "allow")])).IsErrorPage();
        (await browser.GetAsync($"/oauth2/authorize?client_id={client.Id}&gatehouse_request={mark}")).IsRedirectedError("invalid_request", state: null);
        (await browser.GetAsync(Browser.Url(client, ("prompt", "login")) + $"&gatehouse_login={mark}&gatehouse_login={mark}")).IsRedirectedError("invalid_request");
    }

    [Fact]
    public async Task The_back_button_leads_to_the_same_question_or_the_same_answer_and_to_no_error()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var url = Browser.Url(client, ("prompt", "login"));
        var back = (await browser.GetAsync(url)).ReturnUrl;
        await browser.SignInAsync();
        var consent = await browser.GetAsync(back);
        Assert.True(consent.IsConsent);
        Assert.True((await browser.GetAsync(back)).IsConsent);
        var answer = await browser.AllowAsync(consent);
        Assert.NotNull(answer.Code);
        // Back to the page that was answered, and forward again: a code of its own, while the first one still works.
        var second = await browser.PostAsync(consent.FormAction, consent.Decide("allow"));
        Assert.NotEqual(answer.Code, second.Code);
        // Back to where it all began: the client asked for a new sign-in, and a sign-in is asked for.
        Assert.NotNull((await browser.GetAsync(url)).ReturnUrl);
        Assert.Equal(200, (await client.RedeemAsync(answer.Code)).Status);
    }
}
