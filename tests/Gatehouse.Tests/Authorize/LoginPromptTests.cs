namespace Gatehouse.Tests.Authorize;

public sealed class LoginPromptTests
{
    public static TheoryData<string, string, string> NewSignIns { get; } = new()
    {
        { "prompt", "login", "login_required" },
        { "prompt", "login consent", "login_required" },
        { "prompt", "select_account", "account_selection_required" },
        { "prompt", "create", "login_required" },
        { "max_age", "0", "login_required" },
        { "max_age", "60", "login_required" },
    };

    [Theory]
    [MemberData(nameof(NewSignIns))]
    public async Task A_signed_in_user_signs_in_again_and_then_goes_on(string name, string value, string _)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        var back = (await browser.AuthorizeAsync(client, (name, value))).ReturnUrl;
        provider.Clock.Advance(TimeSpan.FromMinutes(2));
        await browser.SignInAsync();
        provider.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotNull((await browser.AllowAsync(await browser.GetAsync(back))).Code);
    }

    [Theory]
    [MemberData(nameof(NewSignIns))]
    public async Task A_user_who_was_not_signed_in_signs_in_once(string name, string value, string _)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var back = (await browser.AuthorizeAsync(client, (name, value))).ReturnUrl;
        await browser.SignInAsync();
        provider.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await browser.GetAsync(back)).IsConsent);
    }

    [Theory]
    [MemberData(nameof(NewSignIns))]
    public async Task A_user_who_comes_back_without_signing_in_again_is_told_to_the_client(string name, string value, string error)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        var back = (await browser.AuthorizeAsync(client, (name, value))).ReturnUrl;
        (await browser.GetAsync(back)).IsRedirectedError(error);
    }

    [Theory]
    [MemberData(nameof(NewSignIns))]
    [Trait("SR", "SR-033")]
    public async Task What_was_asked_for_one_request_counts_for_no_other(string name, string value, string _)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromMinutes(5));
        var back = (await browser.AuthorizeAsync(client, (name, value), ("scope", "notes.read"))).ReturnUrl;
        await browser.SignInAsync();
        provider.Clock.Advance(TimeSpan.FromMinutes(2));
        // With more scopes, and with what it was asked for taken away and put back.
        var mark = back.Split("gatehouse_login=")[1];
        Assert.NotNull((await browser.AuthorizeAsync(client, (name, value), ("scope", "notes.write"), ("gatehouse_login", mark))).ReturnUrl);
        Assert.True((await browser.GetAsync(back)).IsConsent);
    }

    [Fact]
    public async Task An_old_or_made_up_mark_asks_once_more()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var back = (await browser.AuthorizeAsync(client, ("prompt", "login"))).ReturnUrl;
        provider.Clock.Advance(TimeSpan.FromHours(2));
        Assert.NotNull((await browser.GetAsync(back)).ReturnUrl);
        Assert.NotNull((await browser.AuthorizeAsync(client, ("prompt", "login"), ("gatehouse_login", "AAAA"))).ReturnUrl);
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(299, false)]
    [InlineData(long.MaxValue, true)]
    public async Task A_sign_in_that_is_young_enough_is_enough(long maxAge, bool enough)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        provider.Clock.Advance(TimeSpan.FromSeconds(300));
        var answer = await browser.AuthorizeAsync(client, ("max_age", maxAge.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(enough, answer.IsConsent);
        (await browser.AuthorizeAsync(client, ("prompt", "none"), ("max_age", maxAge.ToString(System.Globalization.CultureInfo.InvariantCulture))))
            .IsRedirectedError(enough ? "consent_required" : "login_required");
    }

    [Fact]
    public async Task A_sign_in_of_this_second_is_older_than_max_age_0()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        Assert.NotNull((await browser.AuthorizeAsync(client, ("max_age", "0"))).ReturnUrl);
    }

    [Fact]
    public async Task A_user_who_wants_an_account_goes_to_the_page_that_makes_one_and_is_asked_nothing_twice()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var page = await browser.AuthorizeAsync(client, ("prompt", "create"));
        Assert.Equal(303, page.Status);
        Assert.StartsWith("/account/register?ReturnUrl=%2Foauth2%2Fauthorize%3F", page.Location, StringComparison.Ordinal);
        await browser.SignInAsync("3", "carol");
        Assert.Contains("carol", (await browser.GetAsync(page.ReturnUrl)).Text, StringComparison.Ordinal);
        // The Back button, and a reload: still nothing to ask.
        Assert.True((await browser.GetAsync(page.ReturnUrl)).IsConsent);
    }

    [Fact]
    public async Task An_app_without_a_page_that_makes_accounts_says_that_it_does_not_know_the_prompt()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        var answer = await browser.AuthorizeAsync(client, ("prompt", "create"));
        answer.IsRedirectedError("invalid_request");
        Assert.Contains("'create'", answer.Answer["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_tabs_each_finish_their_own_request()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        using var browser = new Browser(provider);
        var first = (await browser.AuthorizeAsync(client, ("state", "one"), ("prompt", "login"))).ReturnUrl;
        var second = (await browser.AuthorizeAsync(client, ("state", "two"), ("prompt", "login"))).ReturnUrl;
        await browser.SignInAsync();
        var one = await browser.GetAsync(first);
        // In the other tab somebody else signs in: the page of the first belongs to alice, and bob is shown his own.
        await browser.SignInAsync("2", "bob");
        var again = await browser.PostAsync(one.FormAction, one.Decide("allow"));
        Assert.DoesNotContain("code=", again.Location, StringComparison.Ordinal);
        var asked = await browser.GetAsync(again.Location!);
        Assert.Contains("bob", asked.Text, StringComparison.Ordinal);
        Assert.Equal("one", (await browser.AllowAsync(asked)).Answer["state"]);
        Assert.Equal("two", (await browser.GetAsync(second)).Answer["state"]);
    }

    private static Task<TestProvider> StartAsync() => Browser.StartAppAsync(options => options.Authorize.CreateAccountPath = "/account/register");
}
