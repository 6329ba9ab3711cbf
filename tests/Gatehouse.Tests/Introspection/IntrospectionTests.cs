using Gatehouse.Storage;

namespace Gatehouse.Tests.Introspection;

/// <summary>RFC 7662: all of a live token for those whom it concerns, and for everybody else one and the same nothing.</summary>
public sealed class IntrospectionTests
{
    private const string Api = "https://api.example";
    private const string Inactive = """{"active":false}""";

    private static Task<TestProvider> StartAsync() => TestProvider.StartAsync(options => options.Resources.Add(new() { Identifier = Api }));

    [Fact]
    public async Task A_live_token_is_told_to_its_client_in_full()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        var answer = await client.IntrospectAsync(tokens.AccessToken);

        Assert.Equal((200, "application/json;charset=UTF-8"), (answer.Status, answer.ContentType));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(["active", "scope", "client_id", "token_type", "exp", "iat", "sub", "aud", "iss", "jti", "name"], answer.Members);
        Assert.Equal(("notes.read notes.write", "app", "bearer", "1", TestProvider.Issuer, TestProvider.Issuer, "alice"),
            (answer.Member("scope"), answer.Member("client_id"), answer.Member("token_type"), answer.Member("sub"), answer.Member("aud"), answer.Member("iss"), answer.Member("name")));
        var issued = provider.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal((issued, issued + 3600), (answer.Json.GetProperty("iat").GetInt64(), answer.Json.GetProperty("exp").GetInt64()));
        Assert.DoesNotContain(tokens.AccessToken, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-198")]
    public async Task Only_its_client_and_its_resource_may_see_a_token()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var stranger = await provider.AddClientAsync("stranger");
        var own = await provider.AddClientAsync("own", change => change with { ResourceServerFor = ["self"] });
        var api = await provider.AddClientAsync("api", change => change with { ResourceServerFor = [Api] });
        var reference = (await client.PasswordAsync()).AccessToken;
        var jwt = (await client.PasswordAsync(("resource", Api))).AccessToken;

        Assert.Equal((true, true), (await client.IsActiveAsync(reference), await client.IsActiveAsync(jwt)));
        Assert.Equal((true, false), (await own.IsActiveAsync(reference), await own.IsActiveAsync(jwt)));
        Assert.Equal((false, true), (await api.IsActiveAsync(reference), await api.IsActiveAsync(jwt)));
        Assert.Equal((Inactive, Inactive), ((await stranger.IntrospectAsync(reference)).Body, (await stranger.IntrospectAsync(jwt)).Body));
        Assert.Equal(4, provider.Logs.Lines.Count(line => line.Event.Id == 1442));
    }

    [Fact]
    [Trait("SR", "SR-198")]
    public async Task A_public_client_has_proven_nothing_and_is_told_nothing()
    {
        await using var provider = await StartAsync();
        var spa = await provider.AddClientAsync("spa", client => client with { TokenEndpointAuthMethod = "none", Secrets = [] });

        (await spa.IntrospectAsync((await spa.PasswordAsync()).AccessToken)).IsRefused(401, "invalid_client");
    }

    [Fact]
    [Trait("SR", "SR-198")]
    [Trait("SR", "SR-199")]
    public async Task Whatever_ended_a_token_the_answer_is_the_same_nothing()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var (alone, family, user, jwt) = (await client.PasswordAsync(), await client.PasswordAsync(), await client.PasswordAsync(), await client.PasswordAsync(("resource", Api)));
        var bob = await client.TokenAsync(("grant_type", "password"), ("username", "bob"), ("password", "looking-glass"));
        var removed = await client.PasswordAsync();

        await client.RevokeAsync(alone.AccessToken);
        await client.RevokeAsync(family.RefreshToken);
        await client.RevokeAsync(jwt.RefreshToken);
        provider.Users.Inactive.Add("2");
        foreach (var token in new[] { alone, family, jwt, bob }.Select(tokens => tokens.AccessToken)) Assert.Equal(Inactive, (await client.IntrospectAsync(token)).Body);

        // An operator who ends everything of a user needs no token for it.
        Assert.True(await client.IsActiveAsync(user.AccessToken));
        await provider.Get<IProtocolStore>().RevokeFamiliesAsync("1", null, provider.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        Assert.Equal((Inactive, Inactive), ((await client.IntrospectAsync(user.AccessToken)).Body, (await client.IntrospectAsync(removed.AccessToken)).Body));
    }

    [Theory, InlineData(null, 3_599, true), InlineData(null, 3_600, false), InlineData(Api, 599, true), InlineData(Api, 600, false)]
    public async Task A_token_is_active_to_its_last_second_and_not_after(string? resource, int seconds, bool active)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var token = (await client.PasswordAsync(resource is null ? [] : [("resource", resource)])).AccessToken;

        provider.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(active, await client.IsActiveAsync(token));
    }

    [Fact]
    public async Task What_is_no_access_token_is_not_active()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        foreach (var text in new[] { "x", tokens.RefreshToken, client.Secret, "' OR 1=1 --", "a.b.c", "..", ".....", new string('A', 60_000), new string('.', 60_000), "gta_" + tokens.RefreshToken[4..] })
            Assert.Equal(Inactive, (await client.IntrospectAsync(text)).Body);
        (await Answer.OfAsync(await client.PostAsync("/oauth2/introspect", ("token", "")))).IsRefused(400, "invalid_request");
        Assert.Equal(405, (int)(await provider.Http.GetAsync(new Uri("/oauth2/introspect?token=" + tokens.AccessToken, UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory, InlineData("access_token"), InlineData("refresh_token"), InlineData("nonsense")]
    public async Task A_hint_changes_nothing(string hint)
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        var token = (await client.PasswordAsync()).AccessToken;

        Assert.Equal("true", (await Answer.OfAsync(await client.PostAsync("/oauth2/introspect", ("token", token), ("token_type_hint", hint)))).Member("active")!.ToLowerInvariant());
    }
}
