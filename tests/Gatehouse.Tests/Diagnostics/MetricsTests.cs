using System.Text;
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Tests.Authorize;
using Gatehouse.Tests.Bearer;

namespace Gatehouse.Tests.Diagnostics;

public sealed class MetricsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_request_is_counted_by_grant_client_and_outcome_and_timed_without_the_client()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        using var measured = new Measured(provider.Services);

        var first = await client.PasswordAsync();
        await client.RefreshAsync(first.RefreshToken);
        await client.RefreshAsync(first.RefreshToken);
        await client.TokenAsync(("grant_type", "authorization_code"), ("code", "made up"));
        await client.TokenAsync(("grant_type", "made up"));

        Assert.Equal(
            ["password app issued ", "refresh_token app issued ", "refresh_token app repeated ", "authorization_code app refused invalid_grant", " app refused unsupported_grant_type"],
            measured.Of("gatehouse.token.requests").Select(one => $"{one["gatehouse.grant_type"]} {one["gatehouse.client_id"]} {one["gatehouse.outcome"]} {one["error.type"]}"));
        Assert.All(measured.Of("gatehouse.token.request.duration"), one => Assert.True(one.Value > 0 && one["gatehouse.client_id"] is null && one["error.type"] is null, one.ToString()));
        Assert.Equal(5, measured.Of("gatehouse.token.request.duration").Count);
    }

    [Fact]
    public async Task A_client_that_a_stranger_claims_to_be_is_in_no_attribute()
    {
        await using var provider = await TestProvider.StartAsync();
        await provider.AddClientAsync();
        using var measured = new Measured(provider.Services);

        foreach (var path in new[] { "/oauth2/token", "/oauth2/revoke", "/oauth2/introspect" })
            foreach (var id in new[] { "made-up-client", "app" })
                Assert.Equal(401, (int)(await provider.PostAsync(path, TestClient.BasicOf(id, "a guess"), ("grant_type", "client_credentials"), ("token", "t"))).StatusCode);
        await provider.Http.GetAsync("/oauth2/authorize?client_id=made-up-client", Ct);

        Assert.Equal(7, measured.All.Count(one => one["error.type"] is not null && one.Name.EndsWith(".requests", StringComparison.Ordinal)));
        Assert.DoesNotContain(measured.All, one => one["gatehouse.client_id"] is not null);
        Assert.DoesNotContain(measured.All, one => one.ToString().Contains("made-up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replay_is_counted_with_the_family_that_it_ends()
    {
        await using var provider = await TestProvider.StartAsync(options => options.RefreshTokenRetryWindow = TimeSpan.Zero);
        var client = await provider.AddClientAsync();
        using var measured = new Measured(provider.Services);

        var first = await client.PasswordAsync();
        await client.RefreshAsync(first.RefreshToken);
        (await client.RefreshAsync(first.RefreshToken)).IsRefused(400, "invalid_grant");

        Assert.Equal("refresh_token", Assert.Single(measured.Of("gatehouse.replays"))["gatehouse.grant_type"]);
        Assert.Equal("replay", Assert.Single(measured.Of("gatehouse.families.revoked"))["gatehouse.reason"]);
    }

    [Fact]
    public async Task Whoever_has_to_wait_is_counted_as_throttled_and_not_as_an_outage()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Throttling.FreeAttemptsPerUser = 1);
        var client = await provider.AddClientAsync();
        using var measured = new Measured(provider.Services);

        await client.TokenAsync(("grant_type", "password"), ("username", "alice"), ("password", "a guess"));
        (await client.PasswordAsync()).IsRefused(429, "temporarily_unavailable");

        Assert.Equal(["refused", "throttled"], measured.Of("gatehouse.token.requests").Select(one => one["gatehouse.outcome"]));
        Assert.Equal("user", Assert.Single(measured.Of("gatehouse.throttled"))["gatehouse.throttled.what"]);
    }

    [Fact]
    public async Task A_sign_in_is_counted_from_the_first_visit_to_the_call_and_the_end()
    {
        await using var provider = await Browser.StartAppAsync(configure: options => options.CacheAccessTokens = true, map: Api.Map);
        var client = await provider.AddClientAsync(change: client => client with { ResourceServerFor = ["self"] });
        using var measured = new Measured(provider.Services);

        using var visitor = new Browser(provider);
        await visitor.AuthorizeAsync(client);
        using var browser = await Browser.SignedInAsync(provider);
        var tokens = await client.RedeemAsync((await browser.AllowAsync(await browser.AuthorizeAsync(client))).Code);
        await provider.CallAsync("GET", "/me", tokens.AccessToken);
        await provider.CallAsync("GET", "/me", tokens.AccessToken);
        await provider.CallAsync("GET", "/me", "made up");
        await client.IntrospectAsync(tokens.AccessToken);
        await client.RevokeAsync(tokens.RefreshToken);

        Assert.Equal(["sign_in", "consent"], measured.Of("gatehouse.authorize.requests").Select(one => one["gatehouse.outcome"]));
        Assert.Equal("allowed", Assert.Single(measured.Of("gatehouse.consent.decisions"))["gatehouse.outcome"]);
        Assert.Equal(["accepted", "accepted", "refused"], measured.Of("gatehouse.bearer.checks").Select(one => one["gatehouse.outcome"]));
        Assert.Equal(["miss", "hit", "hit"], measured.Of("gatehouse.cache.lookups").Where(one => one["gatehouse.cache"] == "access_tokens").Select(one => one["gatehouse.outcome"]));
        Assert.Equal("active", Assert.Single(measured.Of("gatehouse.introspection.requests"))["gatehouse.outcome"]);
        Assert.Equal("done", Assert.Single(measured.Of("gatehouse.revocation.requests"))["gatehouse.outcome"]);
        Assert.Equal("client", Assert.Single(measured.Of("gatehouse.families.revoked"))["gatehouse.reason"]);
    }

    [Fact]
    public async Task The_age_of_a_key_is_how_long_it_has_signed()
    {
        await using var provider = await TestProvider.StartAsync();
        using var measured = new Measured(provider.Services);
        provider.Clock.Advance(TimeSpan.FromMinutes(10));

        var age = Assert.Single(measured.Look("gatehouse.key.age"));

        Assert.Equal(("ES256", 600), (age["gatehouse.key.algorithm"], age.Value));
    }

    [Fact]
    public async Task An_outage_is_counted_as_a_failure_and_a_client_that_hangs_up_is_not()
    {
        await using var provider = await TestProvider.StartAsync();
        var metrics = provider.Get<Metrics>();
        using var measured = new Measured(provider.Services);
        using var gone = new CancellationTokenSource();

        Gatehouse.Grants.TokenMeasurement.Begin(metrics, CancellationToken.None)!.Dispose();
        var abandoned = Gatehouse.Grants.TokenMeasurement.Begin(metrics, gone.Token)!;
        await gone.CancelAsync();
        abandoned.Dispose();

        Assert.Equal(["failed temporarily_unavailable", "abandoned "], measured.Of("gatehouse.token.requests").Select(one => $"{one["gatehouse.outcome"]} {one["error.type"]}"));
    }
}
