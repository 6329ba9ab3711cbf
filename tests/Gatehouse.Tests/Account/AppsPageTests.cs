using System.Net;
using System.Text.RegularExpressions;
using Gatehouse.Audit;
using Gatehouse.Authorize;
using Gatehouse.Storage;
using Gatehouse.Tests.Authorize;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Tests.Account;

public sealed partial class AppsPageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<Answer> ConnectAsync(Browser browser, TestClient client) =>
        await client.RedeemAsync((await browser.AllowAsync(await browser.AuthorizeAsync(client))).Code);

    private static Family NewFamily(string clientId, DateTimeOffset since) => new(Guid.CreateVersion7(since), clientId, "1", since, since.AddYears(2)) { Scope = "notes.read" };

    private static List<string> ShownIn(Page page) => [.. Shown().Matches(page.Body).Select(shown => WebUtility.HtmlDecode(shown.Groups[1].Value))];

    private static string? MoreIn(Page page) => More().Match(page.Body) is { Success: true } more ? WebUtility.HtmlDecode(more.Groups[1].Value) : null;

    [GeneratedRegex("name=\"client_id\" value=\"([^\"]+)\"")]
    private static partial Regex Shown();

    [GeneratedRegex("<a href=\"([^\"]+)\">More apps</a>")]
    private static partial Regex More();

    private static Task<Page> RevokeAsync(Browser browser, Page apps, string clientId) => browser.PostAsync(apps.FormAction, [apps.HiddenFields[0], new("client_id", clientId)]);

    [Fact]
    [Trait("SR", "SR-202")]
    public async Task A_user_sees_what_they_allowed_to_whom_and_since_when()
    {
        await using var provider = await Browser.StartAppAsync(options => options.Scopes["notes.read"] = "Read your notes");
        var (reader, writer) = (await provider.AddClientAsync(change: client => client with { Name = "Reader", InitiateLoginUri = "https://client.example/start?x=1" }), await provider.AddClientAsync("other", client => client with { Name = "Writer" }));
        using var browser = await Browser.SignedInAsync(provider);
        Assert.Contains("No app can use", (await browser.GetAsync("/oauth2/apps")).Text, StringComparison.Ordinal);
        await ConnectAsync(browser, reader);
        var page = await browser.GetAsync("/oauth2/apps");
        Assert.Equal((200, "no-store", "DENY"), (page.Status, page.Header("Cache-Control"), page.Header("X-Frame-Options")));
        foreach (var text in new[] { "You are signed in as alice.", "Reader", "Since 8 March 2026", "Read your notes", "Open Reader", "Remove access" }) Assert.Contains(text, page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"https://client.example/start?x=1&amp;iss=https%3A%2F%2Fapp.example\"", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Writer", page.Text, StringComparison.Ordinal);

        using var bob = await Browser.SignedInAsync(provider, "2", "bob");
        Assert.DoesNotContain("Reader", (await bob.GetAsync("/oauth2/apps")).Text, StringComparison.Ordinal);
        Assert.NotNull(writer);
    }

    [Fact]
    [Trait("SR", "SR-202")]
    public async Task Taking_access_back_ends_the_clients_tokens_and_what_was_remembered_and_nobody_elses()
    {
        await using var provider = await Browser.StartAppAsync(options => (options.CacheAccessTokens, options.AccessTokenCacheLifetime) = (true, TimeSpan.FromSeconds(60)));
        var (reader, writer) = (await provider.AddClientAsync(change: client => client with { Name = "Reader" }), await provider.AddClientAsync("other"));
        using var browser = await Browser.SignedInAsync(provider);
        using var bob = await Browser.SignedInAsync(provider, "2", "bob");
        var (first, second, others, bobs) = (await ConnectAsync(browser, reader), await reader.PasswordAsync(), await ConnectAsync(browser, writer), await ConnectAsync(bob, reader));
        foreach (var tokens in new[] { first, second, others, bobs }) Assert.True(await reader.IsActiveAsync(tokens.AccessToken) || await writer.IsActiveAsync(tokens.AccessToken));

        var done = await RevokeAsync(browser, await browser.GetAsync("/oauth2/apps"), reader.Id);
        Assert.Contains("Reader has no access any more.", done.Text, StringComparison.Ordinal);
        Assert.False(await reader.IsActiveAsync(first.AccessToken));
        Assert.False(await reader.IsActiveAsync(second.AccessToken));
        (await reader.RefreshAsync(first.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.True(await writer.IsActiveAsync(others.AccessToken));
        Assert.True(await reader.IsActiveAsync(bobs.AccessToken));
        Assert.Null(await provider.Get<IConsentStore>().FindAsync("1", reader.Id, Ct));
        Assert.True((await browser.AuthorizeAsync(reader)).IsConsent);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1651);
    }

    [Fact]
    public async Task What_is_taken_back_is_in_the_audit_trail_also_when_no_token_of_it_lives()
    {
        await using var provider = await Browser.StartAppAsync();
        var (client, stranger) = (await provider.AddClientAsync(), await provider.AddClientAsync("stranger"));
        using var browser = await Browser.SignedInAsync(provider);
        await ConnectAsync(browser, client);
        await provider.Get<IProtocolStore>().RevokeFamiliesAsync("1", client.Id, provider.Clock.GetUtcNow(), Ct);

        var apps = await browser.GetAsync("/oauth2/apps");
        await RevokeAsync(browser, apps, client.Id);
        await RevokeAsync(browser, await browser.GetAsync("/oauth2/apps"), stranger.Id);

        await provider.Services.GetServices<IHostedService>().OfType<AuditWriter>().Single().StopAsync(Ct);
        Assert.Equal([client.Id], (await provider.Get<IAuditStore>().ListAsync(new() { Type = AuditType.ConsentWithdrawn }, Ct)).Select(audited => audited.ClientId));
    }

    [Fact]
    [Trait("SR", "SR-215")]
    public async Task Nobody_takes_access_back_for_somebody_else()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        using var bob = await Browser.SignedInAsync(provider, "2", "bob");
        var (tokens, bobs) = (await ConnectAsync(browser, client), await ConnectAsync(bob, client));
        Assert.Contains("open for too long", (await browser.PostAsync("/oauth2/apps", [new("client_id", client.Id)])).Text, StringComparison.Ordinal);
        var form = (await bob.GetAsync("/oauth2/apps")).HiddenFields[0];
        await browser.PostAsync("/oauth2/apps", [form, new("client_id", client.Id)]);
        Assert.True(await client.IsActiveAsync(bobs.AccessToken));
        await bob.PostAsync("/oauth2/apps", [form, new("client_id", client.Id), new("subject", "1")]);
        Assert.False(await client.IsActiveAsync(bobs.AccessToken));
        Assert.True(await client.IsActiveAsync(tokens.AccessToken));
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1652);
    }

    [Fact]
    public async Task Who_is_not_signed_in_signs_in_and_comes_back()
    {
        await using var provider = await TestProvider.StartAsync();
        using var browser = new Browser(provider);
        var challenge = await browser.GetAsync("/oauth2/apps?ui_locales=de");
        var login = await browser.GetAsync(new Uri(challenge.Location!).PathAndQuery);
        var back = await browser.PostAsync(login.FormAction, [.. login.HiddenFields, new("username", "alice"), new("password", "wonderland")]);
        Assert.Equal("/oauth2/apps", back.Location);
        Assert.Contains("You are signed in as alice.", (await browser.GetAsync("/oauth2/apps")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-032")]
    public async Task A_client_that_is_gone_and_one_with_a_hostile_name_are_shown_as_text()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync(change: client => client with { Name = "<script>alert(1)</script>\u202E", InitiateLoginUri = "javascript:alert(1)" });
        using var browser = await Browser.SignedInAsync(provider);
        await ConnectAsync(browser, client);
        await provider.Get<IConsentStore>().SaveAsync(new("1", "\"><img src=x>", "a", provider.Clock.GetUtcNow()), Ct);
        var page = await browser.GetAsync("/oauth2/apps");
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;</bdi>", page.Body, StringComparison.Ordinal);
        Assert.Contains("&quot;&gt;&lt;img src=x&gt;", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", page.Body, StringComparison.Ordinal);
        Assert.Contains("has no access any more", (await RevokeAsync(browser, page, "\"><img src=x>")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-214")]
    public async Task A_user_sees_where_they_are_signed_in_and_signs_out_there_and_everywhere()
    {
        await using var provider = await Browser.StartAppAsync();
        using var here = await Browser.SignedInAsync(provider);
        using var there = await Browser.SignedInAsync(provider);
        using var bob = await Browser.SignedInAsync(provider, "2", "bob");
        var page = await here.GetAsync("/oauth2/apps");
        Assert.Contains("This browser", page.Text, StringComparison.Ordinal);
        var other = Assert.Single(System.Text.RegularExpressions.Regex.Matches(page.Body, "name=\"session_id\" value=\"([^\"]+)\"")).Groups[1].Value;

        await bob.PostAsync("/oauth2/apps", [(await bob.GetAsync("/oauth2/apps")).HiddenFields[0], new("session_id", other)]);
        Assert.Equal(200, (await there.GetAsync("/oauth2/apps")).Status);
        Assert.Contains("You are signed out there.", (await here.PostAsync("/oauth2/apps", [page.HiddenFields[0], new("session_id", other)])).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await there.GetAsync("/oauth2/apps")).Status);
        Assert.Equal(200, (await here.GetAsync("/oauth2/apps")).Status);

        Assert.Equal(303, (await here.PostAsync("/oauth2/apps", [page.HiddenFields[0], new("everywhere", "true")])).Status);
        Assert.Equal(302, (await here.GetAsync("/oauth2/apps")).Status);
        Assert.Equal(200, (await bob.GetAsync("/oauth2/apps")).Status);
    }

    [Fact]
    public async Task An_app_is_listed_once_however_often_it_was_signed_in_to_and_one_that_was_used_long_ago_is_listed_too()
    {
        await using var provider = await Browser.StartAppAsync();
        var (busy, quiet) = (await provider.AddClientAsync(change: client => client with { Name = "Busy" }), await provider.AddClientAsync("quiet", client => client with { Name = "Quiet" }));
        var (store, now) = (provider.Get<IProtocolStore>(), provider.Clock.GetUtcNow());
        await store.StartAsync(NewFamily(quiet.Id, now.AddYears(-1)), [], Ct);
        for (var i = 0; i < 20_000; i++) await store.StartAsync(NewFamily(busy.Id, now.AddSeconds(-i)), [], Ct);
        using var browser = await Browser.SignedInAsync(provider);
        var page = await browser.GetAsync("/oauth2/apps");
        Assert.Equal([busy.Id, quiet.Id], ShownIn(page));
        Assert.Contains("Since 8 March 2025", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("More apps", page.Text, StringComparison.Ordinal);
        Assert.Equal([quiet.Id], ShownIn(await RevokeAsync(browser, page, busy.Id)));
    }

    /// <summary>Those that hold tokens and those that are only remembered come from two stores; some clients of scripts are in one of them, some in both.</summary>
    [Fact]
    [Trait("SR", "SR-202")]
    public async Task More_apps_than_fit_on_a_page_are_all_reached_and_none_twice()
    {
        await using var provider = await Browser.StartAppAsync();
        var (store, consents, now) = (provider.Get<IProtocolStore>(), provider.Get<IConsentStore>(), provider.Clock.GetUtcNow());
        string[] all = [.. Enumerable.Range(0, 175).Select(i => $"script&{i:D3}")];
        for (var i = 0; i < all.Length; i++)
        {
            if (i % 3 != 0 || i > 150) await store.StartAsync(NewFamily(all[i], now), [], Ct);
            if (i % 3 != 1 && i <= 150) await consents.SaveAsync(new("1", all[i], "notes.read", now), Ct);
        }
        using var browser = await Browser.SignedInAsync(provider);
        var (seen, pages, page) = (new List<string>(), 0, await browser.GetAsync("/oauth2/apps"));
        for (; ; page = await browser.GetAsync(MoreIn(page)!))
        {
            seen.AddRange(ShownIn(page));
            pages++;
            if (MoreIn(page) is null) break;
        }
        Assert.Equal(4, pages);
        Assert.Equal(all, seen.Order(StringComparer.Ordinal));

        // Taking one back keeps the place, and when the place is empty the rest is shown.
        var last = ShownIn(page);
        for (var i = 0; i < last.Count; i++)
        {
            page = await RevokeAsync(browser, page, last[i]);
            if (i < last.Count - 1) Assert.Equal(last[(i + 1)..], ShownIn(page));
        }
        Assert.Equal(all[..50], ShownIn(page));
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("%C3%A9")]
    [InlineData("a%20b")]
    public async Task An_address_that_continues_after_no_client_that_there_could_be_shows_the_first(string after)
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        await ConnectAsync(browser, client);
        var page = await browser.GetAsync($"/oauth2/apps?after={after}");
        Assert.Equal([client.Id], ShownIn(page));
        Assert.Equal("/oauth2/apps", page.FormAction);
    }

    [Fact]
    public async Task A_form_that_says_nothing_gets_the_error_page()
    {
        await using var provider = await Browser.StartAppAsync();
        var client = await provider.AddClientAsync();
        using var browser = await Browser.SignedInAsync(provider);
        await ConnectAsync(browser, client);
        var page = await browser.GetAsync("/oauth2/apps");
        (await browser.PostAsync("/oauth2/apps", [page.HiddenFields[0]])).IsErrorPage();
    }

    [Fact]
    public async Task An_app_in_which_nobody_can_sign_in_has_no_such_page()
    {
        await using var provider = await TestProvider.StartAsync(passwordGrant: false);
        Assert.Equal(404, (int)(await provider.Http.GetAsync("/oauth2/apps", Ct)).StatusCode);
    }
}
