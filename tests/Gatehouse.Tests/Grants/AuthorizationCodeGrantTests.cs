using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Storage;
using Gatehouse.Tests.Authorize;

namespace Gatehouse.Tests.Grants;

/// <summary>A code works once, soon, for its client, with everything that it was bound to.</summary>
public sealed class AuthorizationCodeGrantTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<(TestProvider Provider, TestClient Client, Browser Browser)> StartAsync(Action<GatehouseOptions>? configure = null, Func<Client, Client>? change = null)
    {
        var provider = await Browser.StartAppAsync(configure);
        var client = await provider.AddClientAsync(change: client => (change?.Invoke(client) ?? client) with { RequireConsent = false });
        return (provider, client, await Browser.SignedInAsync(provider));
    }

    [Fact]
    [Trait("SR", "SR-048")]
    public async Task A_code_gives_tokens_with_what_the_user_agreed_to()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client)).Code;
        Assert.Matches("^gtc_[A-Za-z0-9_-]{60}$", code);
        var tokens = await client.RedeemAsync(code);
        Assert.Equal((200, "notes.read"), (tokens.Status, tokens.Member("scope")));
        var refreshed = await client.RefreshAsync(tokens.RefreshToken);
        Assert.Equal("notes.read", (await client.IntrospectAsync(refreshed.AccessToken)).Member("scope"));
    }

    [Fact]
    [Trait("SR", "SR-045"), Trait("SR", "SR-046")]
    public async Task A_code_is_redeemed_once_however_many_ask()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client)).Code;
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => client.RedeemAsync(code), Ct)));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsRefused(400, "invalid_grant"));
    }

    [Fact]
    [Trait("SR", "SR-046")]
    public async Task A_replay_by_whoever_has_everything_ends_what_was_issued()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client)).Code;
        var tokens = await client.RedeemAsync(code);
        // Late, too: that the code would be stale by now does not make it less stolen.
        provider.Clock.Advance(TimeSpan.FromMinutes(2));
        (await client.RedeemAsync(code)).IsRefused(400, "invalid_grant");
        Assert.False(await client.IsActiveAsync(tokens.AccessToken));
        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1462);
    }

    [Fact]
    [Trait("SR", "SR-046")]
    public async Task A_replay_that_lacks_something_ends_nothing()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var other = await provider.AddClientAsync("other");
        var code = (await browser.AuthorizeAsync(client)).Code;
        var tokens = await client.RedeemAsync(code);
        (await client.RedeemAsync(code, ("code_verifier", null))).IsRefused(400, "invalid_grant");
        (await client.RedeemAsync(code, ("code_verifier", new string('x', 43)))).IsRefused(400, "invalid_grant");
        (await client.RedeemAsync(code, ("redirect_uri", "https://evil.example"))).IsRefused(400, "invalid_grant");
        (await client.RedeemAsync(code, ("redirect_uri", null))).IsRefused(400, "invalid_grant");
        (await other.RedeemAsync(code)).IsRefused(400, "invalid_grant");
        (await (client with { Secret = other.Secret }).RedeemAsync(code)).IsRefused(401, "invalid_client");
        Assert.True(await client.IsActiveAsync(tokens.AccessToken));
        Assert.Equal(200, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }

    public static TheoryData<string, string?> Mismatches { get; } = new()
    {
        { "code", "gtc_" + new string('A', 60) },
        { "code", "x" },
        { "code_verifier", null },
        { "code_verifier", "wrong" },
        { "code_verifier", new string('a', 129) },
        { "code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK" },
        { "code_verifier", Browser.ChallengeOf(Browser.Verifier) },
        { "redirect_uri", null },
        { "redirect_uri", "https://client.example/cb/" },
        { "redirect_uri", "https://CLIENT.example/cb" },
    };

    [Theory]
    [Trait("SR", "SR-043"), Trait("SR", "SR-044"), Trait("SR", "SR-042")]
    [MemberData(nameof(Mismatches))]
    public async Task A_mismatch_is_refused_and_does_not_spend_the_code(string name, string? value)
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client)).Code;
        (await client.RedeemAsync(code, (name, value))).IsRefused(400, "invalid_grant");
        Assert.Equal(200, (await client.RedeemAsync(code)).Status);
    }

    [Fact]
    [Trait("SR", "SR-043")]
    public async Task Another_client_cannot_redeem_it()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var other = await provider.AddClientAsync("other");
        var code = (await browser.AuthorizeAsync(client)).Code;
        (await other.RedeemAsync(code)).IsRefused(400, "invalid_grant");
        Assert.Equal(200, (await client.RedeemAsync(code)).Status);
    }

    [Fact]
    [Trait("SR", "SR-042")]
    public async Task A_challenge_of_a_verifier_that_is_too_short_helps_nobody()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client, ("code_challenge", Browser.ChallengeOf("guess")))).Code;
        (await client.RedeemAsync(code, ("code_verifier", "guess"))).IsRefused(400, "invalid_grant");
    }

    [Fact]
    [Trait("SR", "SR-044")]
    public async Task A_verifier_for_a_code_without_a_challenge_is_refused()
    {
        var (provider, client, browser) = await StartAsync(change: client => client with { RequirePkce = false });
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client, ("code_challenge", null), ("code_challenge_method", null))).Code;
        (await client.RedeemAsync(code)).IsRefused(400, "invalid_request");
        Assert.Equal(200, (await client.RedeemAsync(code, ("code_verifier", null))).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://client.example/cb")]
    public async Task A_redirect_uri_that_was_left_out_may_be_left_out_again_or_named(string? uri)
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client, ("redirect_uri", null))).Code;
        (await client.RedeemAsync(code, ("redirect_uri", "https://evil.example"))).IsRefused(400, "invalid_grant");
        Assert.Equal(200, (await client.RedeemAsync(code, ("redirect_uri", uri))).Status);
    }

    [Fact]
    [Trait("SR", "SR-047")]
    public async Task A_code_lives_sixty_seconds_to_the_millisecond()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var (early, late) = ((await browser.AuthorizeAsync(client)).Code, (await browser.AuthorizeAsync(client)).Code);
        provider.Clock.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.Equal(200, (await client.RedeemAsync(early)).Status);
        provider.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await client.RedeemAsync(late)).IsRefused(400, "invalid_grant");
    }

    [Fact]
    [Trait("SR", "SR-047")]
    public async Task A_code_cannot_be_configured_to_live_longer_than_ten_minutes()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Browser.StartAppAsync(options => options.AuthorizationCodeLifetime = TimeSpan.FromMinutes(11)));
        Assert.Contains("AuthorizationCodeLifetime", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-082")]
    public async Task A_user_who_was_disabled_gets_nothing()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client)).Code;
        provider.Users.Inactive.Add("1");
        (await client.RedeemAsync(code)).IsRefused(400, "invalid_grant");
    }

    [Fact]
    [Trait("SR", "SR-079")]
    public async Task A_scope_that_the_client_lost_meanwhile_is_not_issued()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client, ("scope", "notes.read notes.write"))).Code;
        Assert.True(await provider.Get<IClientStore>().TryUpdateAsync(client.Client with { Scope = "notes.read" }, Ct));
        await provider.Get<ClientCache>().RefreshAsync(Ct);
        Assert.Equal("notes.read", (await client.RedeemAsync(code)).Member("scope"));
    }

    [Fact]
    [Trait("SR", "SR-066")]
    public async Task The_end_of_the_authorization_is_counted_from_the_users_yes()
    {
        var (provider, client, browser) = await StartAsync(options => (options.RefreshTokenAbsoluteLifetime, options.AuthorizationCodeLifetime) = (TimeSpan.FromHours(1), TimeSpan.FromMinutes(10)));
        await using var running = provider;
        var code = (await browser.AuthorizeAsync(client)).Code;
        provider.Clock.Advance(TimeSpan.FromMinutes(9));
        var tokens = await client.RedeemAsync(code);
        provider.Clock.Advance(TimeSpan.FromMinutes(51));
        (await client.RefreshAsync(tokens.RefreshToken)).IsRefused(400, "invalid_grant");
    }

    [Fact]
    [Trait("SR", "SR-029"), Trait("SR", "SR-069")]
    public async Task What_the_code_stands_for_is_kept_and_its_secret_is_not()
    {
        var (provider, client, browser) = await StartAsync();
        await using var running = provider;
        var nonce = new string('n', 64);
        var code = (await browser.AuthorizeAsync(client, ("nonce", nonce))).Code;
        var artifact = await provider.Get<IProtocolStore>().FindAsync(code.Substring(4, 12), Ct);
        Assert.Equal(("authorization_code", client.Id, "1"), (artifact!.Kind, artifact.ClientId, artifact.Subject));
        var stored = AuthorizationCode.Read(artifact);
        Assert.Equal((nonce, provider.Clock.GetUtcNow().ToUnixTimeSeconds()), (stored.Nonce, stored.SignIn.At));
        Assert.DoesNotContain(code[16..], artifact.Payload, StringComparison.Ordinal);
        var family = await provider.Get<IProtocolStore>().FindFamilyAsync(artifact.FamilyId, Ct);
        Assert.True(family!.ExpiresAt >= artifact.ExpiresAt + TimeSpan.FromHours(24));
    }
}
