using System.Net.Http.Headers;
using Gatehouse.Clients;
using static Gatehouse.Tests.Registration.RegistrationEndpointTests;

namespace Gatehouse.Tests.Registration;

public sealed class RegistrationManagementEndpointTests
{
    private const string Metadata = """ "redirect_uris": ["https://client.example/cb"], "client_name": "Notes", "scope": "openid email" """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_reads_its_own_registration()
    {
        await using var provider = await OpenAsync();
        var registered = await RegisterAsync(provider);

        var answer = await SendAsync(provider, HttpMethod.Get, registered);

        Assert.Equal(200, answer.Status);
        Assert.Equal(registered.Members.Except(["client_secret", "client_secret_expires_at"]).Order(), answer.Members.Order());
        Assert.Equal(registered.Member("registration_access_token"), answer.Member("registration_access_token"));
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-157")]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_registration_access_token_opens_only_its_own_client(string method)
    {
        await using var provider = await OpenAsync();
        var (mine, other) = (await RegisterAsync(provider), await RegisterAsync(provider));
        var byHand = await provider.AddClientAsync();
        var http = HttpMethod.Parse(method);
        var token = mine.Member("registration_access_token");

        foreach (var id in new[] { other.Member("client_id")!, byHand.Id, "unknown", mine.Member("client_id")!.ToUpperInvariant() + "x" })
            (await SendAsync(provider, http, id, token)).IsRefused(401, "invalid_token");
        foreach (var wrong in new[] { null, token + "x", other.Member("registration_access_token"), mine.Member("client_secret"), (await byHand.PasswordAsync()).AccessToken })
            (await SendAsync(provider, http, mine.Member("client_id")!, wrong)).IsRefused(401, "invalid_token");

        Assert.Equal(3, (await ClientsAsync(provider)).Count);
        Assert.Equal(200, (await SendAsync(provider, HttpMethod.Get, mine)).Status);
    }

    [Fact]
    public async Task A_change_replaces_everything_that_is_the_clients()
    {
        await using var provider = await OpenAsync();
        var registered = await RegisterAsync(provider);
        var (id, secret) = (registered.Member("client_id")!, registered.Member("client_secret")!);
        var store = provider.Get<IClientStore>();
        var before = (await store.FindAsync(id, Ct))!;

        var answer = await SendAsync(provider, HttpMethod.Put, registered, $$"""{ "client_id": "{{id}}", "client_secret": "{{secret}}", "redirect_uris": ["https://client.example/new"], "scope": "openid admin" }""");

        Assert.Equal((200, null, "openid"), (answer.Status, answer.Member("client_name"), answer.Member("scope")));
        Assert.DoesNotContain("client_secret", answer.Members);
        var after = (await store.FindAsync(id, Ct))!;
        Assert.Equal(["https://client.example/new"], after.RedirectUris);
        Assert.Equal(before.Secrets.Select(kept => kept.Id), after.Secrets.Select(kept => kept.Id));
        Assert.Equal((before.CreatedAt, before.UnusedUntil, before.Registration!.TokenId), (after.CreatedAt, after.UnusedUntil, after.Registration!.TokenId));
        Assert.Equal(200, (await SendAsync(provider, HttpMethod.Get, registered)).Status);
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-152")]
    public async Task A_change_leaves_what_the_operator_decided()
    {
        await using var provider = await OpenAsync();
        var registered = await RegisterAsync(provider);
        var (id, store) = (registered.Member("client_id")!, provider.Get<IClientStore>());
        await store.TryUpdateAsync((await store.FindAsync(id, Ct))! with { RequireConsent = false, ResourceServerFor = ["self"] }, Ct);

        var answer = await SendAsync(provider, HttpMethod.Put, registered, $$"""{ "client_id": "{{id}}", {{Metadata}}, "require_consent": true, "resource_server_for": [], "enabled": false }""");

        var after = (await store.FindAsync(id, Ct))!;
        Assert.Equal(200, answer.Status);
        Assert.True(after is { RequireConsent: false, Enabled: true } && after.ResourceServerFor.SequenceEqual(["self"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""" "client_id": "other", """)]
    [InlineData(""" "client_id": "{id}", "registration_access_token": "x", """)]
    [InlineData(""" "client_id": "{id}", "registration_client_uri": "x", """)]
    [InlineData(""" "client_id": "{id}", "client_secret_expires_at": 0, """)]
    [InlineData(""" "client_id": "{id}", "client_id_issued_at": 0, """)]
    [InlineData(""" "client_id": "{id}", "client_secret": "chosen", """)]
    public async Task A_change_that_claims_what_the_server_gives_is_refused(string claims)
    {
        await using var provider = await OpenAsync();
        var registered = await RegisterAsync(provider);
        var id = registered.Member("client_id")!;

        var answer = await SendAsync(provider, HttpMethod.Put, registered, $$"""{ {{claims.Replace("{id}", id, StringComparison.Ordinal)}} "redirect_uris": ["https://evil.example/cb"] }""");

        answer.IsRefused(400, "invalid_request");
        Assert.Equal(["https://client.example/cb"], (await provider.Get<IClientStore>().FindAsync(id, Ct))!.RedirectUris);
    }

    [Fact]
    public async Task A_change_is_held_to_the_same_rules()
    {
        await using var provider = await OpenAsync();
        var registered = await RegisterAsync(provider);

        (await SendAsync(provider, HttpMethod.Put, registered, $$"""{ "client_id": "{{registered.Member("client_id")}}", "redirect_uris": ["http://client.example/cb"] }""")).IsRefused(400, "invalid_redirect_uri");
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-153")]
    public async Task The_secret_goes_and_comes_with_the_method()
    {
        await using var provider = await OpenAsync();
        var registered = await RegisterAsync(provider);
        var id = registered.Member("client_id")!;

        var open = await SendAsync(provider, HttpMethod.Put, registered, $$"""{ "client_id": "{{id}}", {{Metadata}}, "token_endpoint_auth_method": "none" }""");
        Assert.Equal((200, null), (open.Status, open.Member("client_secret")));
        Assert.Empty((await provider.Get<IClientStore>().FindAsync(id, Ct))!.Secrets);
        var closed = await SendAsync(provider, HttpMethod.Put, registered, $$"""{ "client_id": "{{id}}", {{Metadata}}, "token_endpoint_auth_method": "client_secret_post" }""");

        Assert.StartsWith("gts_", closed.Member("client_secret"), StringComparison.Ordinal);
        Assert.NotEqual(registered.Member("client_secret"), closed.Member("client_secret"));
    }

    [Fact]
    public async Task Whoever_ends_its_registration_ends_its_tokens()
    {
        await using var provider = await OpenAsync(options => options.Registration.GrantTypes.Add("client_credentials"));
        var registered = await RegistrationEndpointTests.RegisterAsync(provider, """{ "grant_types": ["client_credentials"], "scope": "email" }""");
        var basic = TestClient.BasicOf(registered.Member("client_id")!, registered.Member("client_secret")!);
        var token = (await Answer.OfAsync(await provider.PostAsync("/oauth2/token", basic, ("grant_type", "client_credentials")))).AccessToken;
        var api = await provider.AddClientAsync("api", client => client with { ResourceServerFor = ["self"] });
        Assert.True(await api.IsActiveAsync(token));

        var answer = await SendAsync(provider, HttpMethod.Delete, registered);

        Assert.Equal((204, ""), (answer.Status, answer.Body));
        Assert.False(await api.IsActiveAsync(token));
        (await SendAsync(provider, HttpMethod.Get, registered)).IsRefused(401, "invalid_token");
        (await SendAsync(provider, HttpMethod.Delete, registered)).IsRefused(401, "invalid_token");
        Assert.Equal(401, (int)(await provider.PostAsync("/oauth2/token", basic, ("grant_type", "client_credentials"))).StatusCode);
    }

    [Fact]
    public async Task A_disabled_client_reads_and_changes_nothing()
    {
        await using var provider = await OpenAsync();
        var registered = await RegisterAsync(provider);
        var store = provider.Get<IClientStore>();
        await store.TryUpdateAsync((await store.FindAsync(registered.Member("client_id")!, Ct))! with { Enabled = false }, Ct);

        (await SendAsync(provider, HttpMethod.Get, registered)).IsRefused(401, "invalid_token");
        (await SendAsync(provider, HttpMethod.Delete, registered)).IsRefused(401, "invalid_token");
    }

    [Fact]
    public async Task Other_methods_are_refused()
    {
        await using var provider = await OpenAsync();

        Assert.Equal(405, (await SendAsync(provider, HttpMethod.Post, await RegisterAsync(provider))).Status);
    }

    private static Task<Answer> RegisterAsync(TestProvider provider) => RegistrationEndpointTests.RegisterAsync(provider, "{" + Metadata + "}");

    private static Task<Answer> SendAsync(TestProvider provider, HttpMethod method, Answer registered, string? body = null) =>
        SendAsync(provider, method, registered.Member("client_id")!, registered.Member("registration_access_token"), body);

    private static async Task<Answer> SendAsync(TestProvider provider, HttpMethod method, string clientId, string? token, string? body = null)
    {
        var request = new HttpRequestMessage(method, $"/oauth2/register/{clientId}");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (method == HttpMethod.Put) request.Content = Json(body ?? "{}");
        return await Answer.OfAsync(await provider.Http.SendAsync(request, Ct));
    }
}
