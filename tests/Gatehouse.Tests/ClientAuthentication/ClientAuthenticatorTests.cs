using Gatehouse.Clients;

namespace Gatehouse.Tests.ClientAuthentication;

/// <summary>RFC 6749 §2.3: exactly one mechanism, and the one that the client registered.</summary>
public sealed class ClientAuthenticatorTests
{
    private static readonly (string, string) Grant = ("grant_type", "client_credentials");

    [Fact]
    [Trait("SR", "SR-092")]
    [Trait("SR", "SR-082")]
    [Trait("SR", "SR-221")]
    public async Task Wrong_secret_unknown_client_disabled_client_and_wrong_method_get_the_same_answer()
    {
        await using var provider = await TestProvider.StartAsync();
        var known = await provider.AddClientAsync("known");
        var disabled = await provider.AddClientAsync("disabled", client => client with { Enabled = false });
        var post = await provider.AddClientAsync("post", client => client with { TokenEndpointAuthMethod = "client_secret_post" });

        string[] headers = [TestClient.BasicOf("known", "wrong"), TestClient.BasicOf("unknown", known.Secret), disabled.Basic, post.Basic];
        var answers = await Task.WhenAll(headers.Select(async header => await Answer.OfAsync(await provider.PostAsync("/oauth2/token", header, Grant))));

        Assert.All(answers, answer => answer.IsRefused(401, "invalid_client"));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Single(answers.Select(answer => answer.Headers.WwwAuthenticate.ToString()).Distinct());
        Assert.Equal([1401, 1401, 1402, 1403], provider.Logs.Lines.Select(line => line.Event.Id).Where(id => id is > 1400 and < 1410).Order());
    }

    [Fact]
    [Trait("SR", "SR-091")]
    public async Task Only_the_registered_method_is_accepted()
    {
        await using var provider = await TestProvider.StartAsync();
        var basic = await provider.AddClientAsync("basic");
        var post = await provider.AddClientAsync("post", client => client with { TokenEndpointAuthMethod = "client_secret_post" });

        Assert.Equal(200, (await InBodyAsync(provider, post)).Status);
        (await InBodyAsync(provider, basic)).IsRefused(401, "invalid_client");
        (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", null, Grant, ("client_id", "basic")))).IsRefused(401, "invalid_client");
    }

    [Fact]
    [Trait("SR", "SR-091")]
    public async Task Two_mechanisms_are_one_too_many()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        (await client.TokenAsync(Grant, ("client_secret", client.Secret))).IsRefused(400, "invalid_request");
        (await client.TokenAsync(Grant, ("client_id", client.Id), ("client_secret", client.Secret))).IsRefused(400, "invalid_request");
        (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", "Basic %%%", Grant, ("client_id", client.Id), ("client_secret", client.Secret)))).IsRefused(400, "invalid_request");
    }

    [Fact]
    public async Task A_client_may_repeat_its_id_in_the_body_but_no_other()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        await provider.AddClientAsync("other");

        Assert.Equal(200, (await client.TokenAsync(Grant, ("client_id", client.Id))).Status);
        (await client.TokenAsync(Grant, ("client_id", "other"))).IsRefused(400, "invalid_request");
    }

    [Fact]
    [Trait("SR", "SR-093")]
    public async Task A_secret_in_the_URI_is_refused_and_its_owner_warned()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        foreach (var name in new[] { "client_secret", "Client_Secret" })
            (await Answer.OfAsync(await client.PostAsync($"/oauth2/token?{name}={client.Secret}", Grant))).IsRefused(400, "invalid_request");
        Assert.Contains(provider.Logs.Lines, line => line.Category.StartsWith("Gatehouse", StringComparison.Ordinal) && line.Message.Contains("add-secret", StringComparison.Ordinal));
        Assert.DoesNotContain(provider.Logs.LinesThatMention(client.Secret), line => line.Category.StartsWith("Gatehouse", StringComparison.Ordinal));
        // Nothing else in the URI counts either.
        (await Answer.OfAsync(await provider.PostAsync($"/oauth2/token?client_id={client.Id}", null, Grant))).IsRefused(401, "invalid_client");
    }

    [Fact]
    [Trait("SR", "SR-092")]
    public async Task No_credentials_at_all_are_401_without_a_browser_prompt()
    {
        await using var provider = await TestProvider.StartAsync();

        var answer = await Answer.OfAsync(await provider.PostAsync("/oauth2/token", null, Grant));

        answer.IsRefused(401, "invalid_client");
        Assert.Empty(answer.Headers.WwwAuthenticate);
        (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", null, Grant, ("client_secret", "x")))).IsRefused(400, "invalid_request");
    }

    [Theory, InlineData("/oauth2/token"), InlineData("/oauth2/revoke"), InlineData("/oauth2/introspect")]
    [Trait("SR", "SR-090")]
    public async Task Every_direct_endpoint_authenticates_confidential_clients(string path)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var token = (await client.PasswordAsync()).AccessToken;

        foreach (var header in new[] { null, TestClient.BasicOf(client.Id, "wrong") })
            (await Answer.OfAsync(await provider.PostAsync(path, header, Grant, ("token", token), ("client_id", client.Id)))).IsRefused(401, "invalid_client");
        Assert.True(await client.IsActiveAsync(token));
    }

    [Fact]
    public async Task A_public_client_only_names_itself()
    {
        await using var provider = await TestProvider.StartAsync();
        var spa = await provider.AddClientAsync("spa", client => client with { TokenEndpointAuthMethod = "none", Secrets = [] });

        Assert.Equal(200, (await spa.PasswordAsync()).Status);
        (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", TestClient.BasicOf("spa", ""), Grant))).IsRefused(401, "invalid_client");
        (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", null, Grant, ("client_id", "spa"), ("client_secret", "made-up")))).IsRefused(401, "invalid_client");
    }

    private static async Task<Answer> InBodyAsync(TestProvider provider, TestClient client) =>
        await Answer.OfAsync(await provider.PostAsync("/oauth2/token", null, Grant, ("client_id", client.Id), ("client_secret", client.Secret)));
}
