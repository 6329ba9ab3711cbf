using Gatehouse.Tests.Authorize;
using Gatehouse.Tests.Sessions;
using Gatehouse.Tests.Tokens;

namespace Gatehouse.Tests.Logout;

public sealed class LogoutEndpointTests
{
    [Fact, Trait("SR", "SR-213")]
    public async Task A_client_that_shows_its_id_token_signs_its_user_out_and_gets_them_back()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var tokens = await browser.VisitAsync(client);
        Assert.Equal((await provider.SessionAsync()).Id, Jwt.PayloadOf(tokens.IdToken()).GetProperty("sid").GetString());
        // Long after the ID token has expired.
        provider.Clock.Advance(TimeSpan.FromHours(3));
        var page = await browser.LogoutAsync(("id_token_hint", tokens.IdToken()), ("client_id", "app"), ("post_logout_redirect_uri", LogoutApp.ReturnUri), ("state", "a&b=c"));
        Assert.Equal((303, LogoutApp.ReturnUri + "&state=a%26b%3Dc"), (page.Status, page.Location));
        Assert.Equal("nobody", await browser.WhoAsync());
        Assert.Empty(await provider.SessionsAsync());
        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Fact]
    public async Task Without_a_place_to_go_the_user_sees_that_they_are_signed_out()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.LogoutAsync(("id_token_hint", (await browser.VisitAsync(client)).IdToken()), ("state", "unused"));
        Assert.True(page.SaysSignedOut(), page.Body);
        Assert.DoesNotContain("href", page.Body, StringComparison.Ordinal);
        Assert.Equal("nobody", await browser.WhoAsync());
    }

    [Theory, Trait("SR", "SR-217")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_proof_the_user_is_asked_and_nothing_happens_until_they_say_yes(bool named)
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync(change: client => client with { Name = "<b>Reader</b>" });
        using var browser = await Browser.SignedInAsync(provider);
        var question = await browser.LogoutAsync(("client_id", named ? client.Id : null), ("post_logout_redirect_uri", LogoutApp.ReturnUri), ("state", "1"), ("ui_locales", "de"), ("unknown", "x"));
        Assert.Contains("alice", question.Text, StringComparison.Ordinal);
        Assert.Equal("de", question.Header("Content-Language"));
        Assert.Equal(named, question.Text.Contains("<b>Reader</b>", StringComparison.Ordinal));
        Assert.Equal("alice", await browser.WhoAsync());
        var end = await browser.AnswerAsync(question);
        // Nobody is sent on for a client that did not say who it is.
        if (named) Assert.Equal((303, LogoutApp.ReturnUri + "&state=1"), (end.Status, end.Location));
        else Assert.Equal((200, null), (end.Status, end.Location));
        Assert.Equal("nobody", await browser.WhoAsync());
    }

    [Fact, Trait("SR", "SR-217")]
    public async Task A_user_who_says_no_stays_signed_in()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var end = await browser.AnswerAsync(await browser.LogoutAsync(("client_id", client.Id), ("post_logout_redirect_uri", LogoutApp.ReturnUri)), "stay");
        Assert.Contains("You are still signed in", end.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"{LogoutApp.ReturnUri}\"", end.Body, StringComparison.Ordinal);
        Assert.Equal("alice", await browser.WhoAsync());
    }

    [Fact, Trait("SR", "SR-217")]
    public async Task The_id_token_of_another_user_or_of_an_earlier_session_proves_nothing()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using Browser mallory = await Browser.SignedInAsync(provider, "666", "mallory"), browser = await Browser.SignedInAsync(provider);
        var foreign = (await mallory.VisitAsync(client)).IdToken();
        var old = (await browser.VisitAsync(client)).IdToken();
        await browser.GetAsync("/test/sign-out");
        await browser.SignInAsync();
        foreach (var hint in (string[])[foreign, old])
            Assert.True((await browser.LogoutAsync(("id_token_hint", hint), ("post_logout_redirect_uri", LogoutApp.ReturnUri))).IsQuestion());
        Assert.Equal("alice", await browser.WhoAsync());
    }

    [Theory, Trait("SR", "SR-009")]
    [InlineData("https://client.example/bye")]
    [InlineData("https://client.example/bye?from=us&more=1")]
    [InlineData("https://CLIENT.example/bye?from=us")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task A_place_that_is_not_registered_is_an_error_page_and_the_user_stays(string uri)
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var hint = (await browser.VisitAsync(client)).IdToken();
        (await browser.LogoutAsync(("id_token_hint", hint), ("post_logout_redirect_uri", uri))).IsErrorPage();
        (await browser.LogoutAsync(("client_id", client.Id), ("post_logout_redirect_uri", uri))).IsErrorPage();
        Assert.Equal("alice", await browser.WhoAsync());
    }

    [Fact, Trait("SR", "SR-009")]
    public async Task What_does_not_fit_together_is_an_error_page()
    {
        await using var provider = await SessionApp.StartAsync();
        TestClient client = await provider.AddLogoutClientAsync(), other = await provider.AddLogoutClientAsync("other");
        using var browser = await Browser.SignedInAsync(provider);
        var hint = (await browser.VisitAsync(client)).IdToken();
        (await browser.LogoutAsync(("id_token_hint", hint), ("client_id", other.Id))).IsErrorPage();
        (await browser.LogoutAsync(("client_id", "nobody"))).IsErrorPage();
        (await browser.LogoutAsync(("client_id", client.Id), ("client_id", client.Id))).IsErrorPage();
        (await browser.LogoutAsync(("id_token_hint", hint[..^3] + "AAA"))).IsErrorPage();
        (await browser.LogoutAsync(("id_token_hint", "not.a.token"))).IsErrorPage();
        (await browser.LogoutAsync(("gatehouse_logout", "AAAA"))).IsErrorPage();
        Assert.Equal("alice", await browser.WhoAsync());
        Assert.Equal(6, provider.Logged(1833));
    }

    [Fact, Trait("SR", "SR-217")]
    public async Task The_id_token_of_a_forgotten_key_is_no_error_and_no_proof()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var token = Jwt.Make("""{"alg":"ES256","kid":"long-gone","typ":"JWT"}""", $$"""{"iss":"{{TestProvider.Issuer}}","sub":"1","aud":"{{client.Id}}"}""", _ => new byte[64]);
        var question = await browser.LogoutAsync(("id_token_hint", token), ("post_logout_redirect_uri", LogoutApp.ReturnUri));
        var end = await browser.AnswerAsync(question);
        Assert.True(end.SaysSignedOut());
        Assert.Null(end.Location);
    }

    [Fact, Trait("SR", "SR-009")]
    public async Task Somebody_who_is_not_signed_in_goes_on_only_for_a_client_that_was_given_an_id_token()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using Browser browser = await Browser.SignedInAsync(provider), stranger = new(provider);
        var hint = (await browser.VisitAsync(client)).IdToken();
        Assert.Equal(LogoutApp.ReturnUri, (await stranger.LogoutAsync(("id_token_hint", hint), ("post_logout_redirect_uri", LogoutApp.ReturnUri))).Location);
        var page = await stranger.LogoutAsync(("client_id", client.Id), ("post_logout_redirect_uri", LogoutApp.ReturnUri));
        Assert.True(page.SaysSignedOut());
        Assert.Contains($"href=\"{LogoutApp.ReturnUri}\"", page.Body, StringComparison.Ordinal);
        Assert.Null(page.Header("Refresh"));
    }

    [Fact]
    public async Task A_form_that_another_site_posts_finds_the_cookie_by_way_of_a_redirect_that_shows_no_token()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using Browser browser = await Browser.SignedInAsync(provider), withoutCookie = new(provider);
        var hint = (await browser.VisitAsync(client)).IdToken();
        KeyValuePair<string, string>[] form = [new("id_token_hint", hint), new("post_logout_redirect_uri", LogoutApp.ReturnUri), new("state", "1")];
        // SameSite=Lax: the browser leaves the cookie away from the form, and sends it with the redirect.
        var posted = await withoutCookie.PostAsync("/oauth2/logout", form);
        Assert.Equal(303, posted.Status);
        Assert.DoesNotContain(hint[..20], posted.Location!, StringComparison.Ordinal);
        Assert.Equal(LogoutApp.ReturnUri + "&state=1", (await browser.GetAsync(posted.Location!)).Location);
        Assert.Equal("nobody", await browser.WhoAsync());
        await browser.SignInAsync();
        provider.Clock.Advance(TimeSpan.FromHours(1));
        (await browser.GetAsync(posted.Location!)).IsErrorPage();

        // A form of the same site brings it.
        form[0] = new("id_token_hint", (await browser.VisitAsync(client)).IdToken());
        Assert.Equal(LogoutApp.ReturnUri + "&state=1", (await browser.PostAsync("/oauth2/logout", form)).Location);
    }

    [Fact, Trait("SR", "SR-215")]
    public async Task A_forged_answer_only_asks()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using Browser browser = await Browser.SignedInAsync(provider), attacker = await Browser.SignedInAsync(provider, "666", "mallory");
        var theirs = await attacker.LogoutAsync(("client_id", client.Id));
        var forged = await browser.AnswerAsync(theirs);
        Assert.Equal(303, forged.Status);
        Assert.True((await browser.GetAsync(forged.Location!)).IsQuestion());
        Assert.Equal("alice", await browser.WhoAsync());
        (await browser.PostAsync("/oauth2/logout/confirm", [new("decision", "sign_out")])).IsErrorPage();
        var own = await browser.LogoutAsync();
        (await browser.PostAsync(own.FormAction, own.Decide("maybe"))).IsErrorPage();
        Assert.Equal("alice", await browser.WhoAsync());
    }

    [Fact]
    public async Task Two_tabs_that_ask_at_once_both_end_well()
    {
        await using var provider = await SessionApp.StartAsync();
        var client = await provider.AddLogoutClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var (first, second) = (await browser.LogoutAsync(("client_id", client.Id), ("post_logout_redirect_uri", LogoutApp.ReturnUri)), await browser.LogoutAsync());
        Assert.Equal(LogoutApp.ReturnUri, (await browser.AnswerAsync(first)).Location);
        Assert.True((await browser.AnswerAsync(second)).SaysSignedOut());
    }

    [Fact, Trait("SR", "SR-031")]
    public async Task Its_pages_cannot_be_framed_and_say_nothing_to_the_next_site()
    {
        await using var provider = await SessionApp.StartAsync();
        using var browser = await Browser.SignedInAsync(provider);
        foreach (var page in (Page[])[await browser.LogoutAsync(), await browser.AnswerAsync(await browser.LogoutAsync())])
        {
            Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Equal(("DENY", "no-referrer"), (page.Header("X-Frame-Options"), page.Header("Referrer-Policy")));
            Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_metadata_says_how_to_sign_out()
    {
        await using var provider = await SessionApp.StartAsync();
        var metadata = await Answer.OfAsync(await provider.Http.GetAsync("/.well-known/openid-configuration", TestContext.Current.CancellationToken));
        Assert.Equal(TestProvider.Issuer + "/oauth2/logout", metadata.Member("end_session_endpoint"));
        foreach (var member in (string[])["frontchannel_logout_supported", "frontchannel_logout_session_supported", "backchannel_logout_supported", "backchannel_logout_session_supported"])
            Assert.Equal("True", metadata.Member(member));
    }
}
