namespace Gatehouse.Tests.Throttling;

/// <summary>RFC 6749 §2.3.1: the server must protect endpoints that take secrets against brute force.</summary>
public sealed class ClientThrottlingTests
{
    [Fact]
    [Trait("SR", "SR-095")]
    public async Task Guessing_a_clients_secret_waits_where_it_comes_from_and_nowhere_else()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Throttling.FreeAttemptsPerClient = 3, map: Addresses.FromHeader);
        var (client, other) = (await provider.AddClientAsync(), await provider.AddClientAsync("other"));
        From(provider, "192.0.2.1");
        for (var i = 0; i < 3; i++) (await (client with { Secret = "guess" + i }).PasswordAsync()).IsRefused(401, "invalid_client");

        var refused = await client.PasswordAsync();
        refused.IsRefused(429, "temporarily_unavailable");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(200, (await other.PasswordAsync()).Status);
        From(provider, "192.0.2.2");
        Assert.Equal(200, (await client.PasswordAsync()).Status);

        From(provider, "192.0.2.1");
        provider.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await client.PasswordAsync()).Status);
        (await (client with { Secret = "guess" }).PasswordAsync()).IsRefused(401, "invalid_client");
    }

    [Theory, InlineData("/oauth2/token"), InlineData("/oauth2/revoke"), InlineData("/oauth2/introspect")]
    [Trait("SR", "SR-095")]
    public async Task Every_endpoint_counts(string path)
    {
        await using var provider = await TestProvider.StartAsync(options => options.Throttling.FreeAttemptsPerClient = 2);
        var client = await provider.AddClientAsync();

        for (var i = 0; i < 2; i++) (await Answer.OfAsync(await (client with { Secret = "guess" }).PostAsync(path, ("token", "x")))).IsRefused(401, "invalid_client");

        (await Answer.OfAsync(await client.PostAsync(path, ("token", "x")))).IsRefused(429, "temporarily_unavailable");
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1404);
    }

    [Fact]
    [Trait("SR", "SR-105")]
    public async Task A_client_that_does_not_exist_is_throttled_like_one_that_does()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Throttling.FreeAttemptsPerClient = 2);
        await provider.AddClientAsync("known");

        var seen = new Dictionary<string, List<(int, string)>>();
        foreach (var id in new[] { "known", "unknown" })
            for (var i = 0; i < 3; i++)
                if (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", TestClient.BasicOf(id, "guess"), ("grant_type", "client_credentials"))) is var answer)
                    (seen.TryGetValue(id, out var list) ? list : seen[id] = []).Add((answer.Status, answer.Body));

        Assert.Equal(seen["known"], seen["unknown"]);
    }

    private static void From(TestProvider provider, string address)
    {
        provider.Http.DefaultRequestHeaders.Remove(Addresses.Header);
        provider.Http.DefaultRequestHeaders.Add(Addresses.Header, address);
    }
}
