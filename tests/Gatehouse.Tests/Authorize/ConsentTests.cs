using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Storage;

namespace Gatehouse.Tests.Authorize;

/// <summary>A yes counts for what was shown, to whom it was shown, in the browser where it was shown.</summary>
public sealed class ConsentTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("SR", "SR-216")]
    public async Task The_page_names_the_client_its_scopes_the_redirect_host_and_the_user()
    {
        await using var provider = await Browser.StartAppAsync(options => options.Scopes["notes.read"] = "Read your notes");
        var client = await provider.AddClientAsync(change: client => client with { Name = "Sticky Reader" });
        using var browser = await Browser.SignedInAsync(provider);
        var text = (await browser.AuthorizeAsync(client, ("scope", "notes.read notes.write"))).Text;
        Assert.Contains("Sticky Reader", text, StringComparison.Ordinal);
        Assert.Contains("Read your notes", text, StringComparison.Ordinal);
        Assert.Contains("notes.write", text, StringComparison.Ordinal);
        Assert.Contains("client.example", text, StringComparison.Ordinal);
        Assert.Contains("alice", text, StringComparison.Ordinal);
        Assert.Contains("up to 30 days", text, StringComparison.Ordinal);
        Assert.DoesNotContain("on this device", text, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("SR", "SR-156")]
    [InlineData("http://127.0.0.1/cb", "127.0.0.1", "http://127.0.0.1")]
    [InlineData("http://localhost:3000/cb", "localhost:3000", "http://localhost:3000")]
    [InlineData("http://[::1]/cb", "[::1]", "http:")]
    [InlineData("com.example.app:/cb", "com.example.app", "com.example.app:")]
    public async Task The_page_warns_of_a_program_on_the_device_and_lets_its_form_lead_there(string redirectUri, string shown, string formTarget)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RedirectUris = [redirectUri], TokenEndpointAuthMethod = "none", ApplicationType = "native" });
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.AuthorizeAsync(client);
        Assert.Contains($"a program on this device ({shown})", page.Text, StringComparison.Ordinal);
        Assert.Contains($"form-action 'self' {formTarget};", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.StartsWith(redirectUri + "?code=", (await browser.AllowAsync(page)).Location, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-032")]
    public async Task A_hostile_name_is_text()
    {
        const string hostile = "\"><script>alert(1)</script><img src=x onerror=alert(2)> ' & {{7*7}}";
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { Name = hostile });
        using var browser = await Browser.SignedInAsync(provider, name: "<b>alice</b>");
        var page = await browser.AuthorizeAsync(client);
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(hostile, page.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-156")]
    public async Task A_client_that_registered_itself_is_warned_of_and_asked_for_each_time()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { Registration = new("id", new byte[32], "anybody") });
        using var browser = await Browser.SignedInAsync(provider);
        for (var time = 0; time < 2; time++)
        {
            var page = await browser.AuthorizeAsync(client);
            Assert.Contains("Its name is its own choice; access goes to <bdi class=\"gh-host\">client.example</bdi>", page.Body, StringComparison.Ordinal);
            Assert.Equal(303, (await browser.AllowAsync(page)).Status);
        }
    }

    [Fact]
    [Trait("SR", "SR-011")]
    public async Task Deny_tells_the_client_and_gives_nothing()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        (await browser.PostAsync(consent.FormAction, consent.Decide("deny"))).IsRedirectedError("access_denied");
        Assert.True((await browser.AuthorizeAsync(client)).IsConsent);
        Assert.Null(await provider.Get<IConsentStore>().FindAsync("1", client.Id, Ct));
    }

    [Fact]
    [Trait("SR", "SR-033")]
    public async Task A_sealed_request_that_was_altered_gets_a_page_and_gives_nothing()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        var ticket = consent.HiddenFields.Single(field => field.Key == "request").Value;
        string[] altered = ["", "x", ticket[..^4], ticket + "AAAA", "A" + ticket[1..], ticket[..40] + (ticket[40] == 'A' ? 'B' : 'A') + ticket[41..]];
        foreach (var value in altered)
            (await browser.PostAsync(consent.FormAction, [.. consent.Decide("allow").Where(field => field.Key != "request"), new("request", value)])).IsErrorPage();
        // A login mark is sealed by the same key; it is still nothing that a user said yes to.
        var login = await browser.AuthorizeAsync(client, ("prompt", "login"));
        var mark = Uri.UnescapeDataString(login.Location!).Split("gatehouse_login=")[1];
        (await browser.PostAsync(consent.FormAction, [.. consent.Decide("allow").Where(field => field.Key != "request"), new("request", mark)])).IsErrorPage();
    }

    [Fact]
    [Trait("SR", "SR-033")]
    public async Task Parameters_beside_the_sealed_request_change_nothing()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        var answer = await browser.PostAsync(
            consent.FormAction + "?client_id=evil&redirect_uri=https://evil.example",
            [.. consent.Decide("allow"), new("scope", "notes.read notes.write"), new("redirect_uri", "https://evil.example"), new("state", "evil"), new("resource", "https://a.example"), new("resource", "https://b.example")]);
        Assert.StartsWith("https://client.example/cb?code=", answer.Location, StringComparison.Ordinal);
        Assert.Equal("xyz", answer.Answer["state"]);
        Assert.Equal("notes.read", (await client.RedeemAsync(answer.Code)).Member("scope"));
    }

    [Fact]
    [Trait("SR", "SR-034")]
    public async Task Another_user_in_the_same_browser_starts_again()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        await browser.SignInAsync("2", "bob");
        var answer = await browser.PostAsync(consent.FormAction, consent.Decide("allow"));
        Assert.Equal(303, answer.Status);
        Assert.StartsWith("/oauth2/authorize?", answer.Location, StringComparison.Ordinal);
        var again = await browser.GetAsync(answer.Location!);
        Assert.Contains("bob", again.Text, StringComparison.Ordinal);
        Assert.Equal("2", (await client.IntrospectAsync((await client.RedeemAsync((await browser.AllowAsync(again)).Code)).AccessToken)).Member("sub"));
    }

    [Fact]
    [Trait("SR", "SR-034"), Trait("SR", "SR-215")]
    public async Task Another_browser_cannot_answer_even_for_the_same_user()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        using var other = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        (await other.PostAsync(consent.FormAction, consent.Decide("allow"))).IsErrorPage();
        using var nobody = new Browser(provider);
        Assert.StartsWith("/oauth2/authorize?", (await nobody.PostAsync(consent.FormAction, consent.Decide("allow"))).Location, StringComparison.Ordinal);
        Assert.Equal(200, (await client.RedeemAsync((await browser.AllowAsync(consent)).Code)).Status);
    }

    [Fact]
    [Trait("SR", "SR-215")]
    public async Task A_forged_form_without_the_anti_forgery_token_gets_a_page()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        (await browser.PostAsync(consent.FormAction, consent.Decide("allow").Where(field => field.Key is "request" or "decision"))).IsErrorPage();
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1625);
        (await browser.PostAsync(consent.FormAction, consent.HiddenFields)).IsErrorPage();
        (await browser.PostAsync(consent.FormAction, consent.Decide("perhaps"))).IsErrorPage();
    }

    [Fact]
    public async Task A_late_answer_sees_the_page_again()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        provider.Clock.Advance(TimeSpan.FromMinutes(10));
        var answer = await browser.PostAsync(consent.FormAction, consent.Decide("allow"));
        var again = await browser.GetAsync(answer.Location!);
        Assert.NotNull((await browser.AllowAsync(again)).Code);
    }

    [Fact]
    [Trait("SR", "SR-033"), Trait("SR", "SR-082")]
    public async Task A_client_that_changed_while_its_user_decided_is_asked_about_again()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client, ("scope", null));
        async Task ChangeAsync(Client changed)
        {
            Assert.True(await provider.Get<IClientStore>().TryUpdateAsync(changed, Ct));
            await provider.Get<ClientCache>().RefreshAsync(Ct);
        }

        await ChangeAsync(client.Client with { Scope = "notes.read notes.write admin" });
        var again = await browser.GetAsync((await browser.PostAsync(consent.FormAction, consent.Decide("allow"))).Location!);
        Assert.Contains("admin", again.Text, StringComparison.Ordinal);

        await ChangeAsync(client.Client with { Enabled = false });
        (await browser.GetAsync((await browser.PostAsync(again.FormAction, again.Decide("allow"))).Location!)).IsErrorPage();
    }

    [Fact]
    [Trait("SR", "SR-011"), Trait("SR", "SR-045")]
    public async Task Saying_yes_twice_gives_two_codes_that_each_work_once_and_are_apart()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var consent = await browser.AuthorizeAsync(client);
        var (first, second) = (await browser.AllowAsync(consent), await browser.AllowAsync(consent));
        Assert.NotEqual(first.Code, second.Code);
        var tokens = await client.RedeemAsync(first.Code);
        Assert.Equal(200, (await client.RedeemAsync(second.Code)).Status);
        (await client.RedeemAsync(second.Code)).IsRefused(400, "invalid_grant");
        Assert.True(await client.IsActiveAsync(tokens.AccessToken));
    }

    [Fact]
    [Trait("SR", "SR-216")]
    public async Task A_yes_is_remembered_scope_by_scope_and_prompt_consent_asks_all_the_same()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        await browser.AllowAsync(await browser.AuthorizeAsync(client, ("scope", "notes.read")));
        Assert.NotNull((await browser.AuthorizeAsync(client, ("scope", "notes.read"))).Code);
        await browser.AllowAsync(await browser.AuthorizeAsync(client, ("scope", "notes.write")));
        Assert.NotNull((await browser.AuthorizeAsync(client, ("scope", "notes.read notes.write"))).Code);
        Assert.True((await browser.AuthorizeAsync(client, ("prompt", "consent"))).IsConsent);

        var other = await provider.AddClientAsync("other");
        Assert.True((await browser.AuthorizeAsync(other)).IsConsent);
        await browser.SignInAsync("2", "bob");
        Assert.True((await browser.AuthorizeAsync(client)).IsConsent);
    }

    [Theory]
    [Trait("SR", "SR-156"), Trait("SR", "SR-216")]
    [InlineData("client_secret_basic", "https://client.example/cb", true)]
    [InlineData("client_secret_basic", "http://127.0.0.1/cb", true)]
    [InlineData("none", "https://client.example/cb", true)]
    [InlineData("none", "http://127.0.0.1/cb", false)]
    [InlineData("none", "http://localhost/cb", false)]
    [InlineData("none", "com.example.app:/cb", false)]
    public async Task A_yes_is_remembered_only_where_the_client_must_have_been_itself(string method, string redirectUri, bool remembered)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { TokenEndpointAuthMethod = method, RedirectUris = [redirectUri], ApplicationType = "native" });
        using var browser = await Browser.SignedInAsync(provider);
        await browser.AllowAsync(await browser.AuthorizeAsync(client));
        Assert.Equal(!remembered, (await browser.AuthorizeAsync(client)).IsConsent);
        Assert.Equal(remembered, await provider.Get<IConsentStore>().FindAsync("1", client.Id, Ct) is not null);
    }

    [Fact]
    [Trait("SR", "SR-156")]
    public async Task A_yes_at_an_https_address_does_not_count_for_a_program_on_the_device()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { TokenEndpointAuthMethod = "none", RedirectUris = ["https://client.example/cb", "http://127.0.0.1/cb"], ApplicationType = "native" });
        using var browser = await Browser.SignedInAsync(provider);
        await browser.AllowAsync(await browser.AuthorizeAsync(client));
        Assert.NotNull((await browser.AuthorizeAsync(client)).Code);
        Assert.True((await browser.AuthorizeAsync(client, ("redirect_uri", "http://127.0.0.1:51004/cb"))).IsConsent);
    }

    [Fact]
    public async Task The_apps_own_client_is_not_asked_about_unless_it_wants_to_be()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { RequireConsent = false });
        using var browser = await Browser.SignedInAsync(provider);
        Assert.NotNull((await browser.AuthorizeAsync(client)).Code);
        Assert.True((await browser.AuthorizeAsync(client, ("prompt", "consent"))).IsConsent);
    }
}
