using System.Text.Json;

namespace Gatehouse.Tests.Discovery;

/// <summary>RFC 8414: one document, wherever a client looks for it, and true.</summary>
public sealed class MetadataTests
{
    [Theory]
    [Trait("SR", "SR-240")]
    [InlineData("https://app.example", "/.well-known/oauth-authorization-server"), InlineData("https://app.example", "/.well-known/openid-configuration")]
    [InlineData("https://App.example", "/.well-known/oauth-authorization-server")]
    [InlineData("https://app.example/t", "/.well-known/oauth-authorization-server/t"), InlineData("https://app.example/t", "/.well-known/openid-configuration/t")]
    [InlineData("https://app.example/t", "/t/.well-known/openid-configuration"), InlineData("https://app.example/t", "/t/.well-known/oauth-authorization-server")]
    [InlineData("https://app.example/a/b", "/.well-known/oauth-authorization-server/a/b"), InlineData("https://app.example/a/b", "/a/b/.well-known/openid-configuration")]
    [InlineData("https://app.example/oauth2", "/.well-known/oauth-authorization-server/oauth2")]
    public async Task Every_spelling_finds_the_document_and_every_address_in_it_answers(string issuer, string path)
    {
        await using var provider = await TestProvider.StartAsync(options => options.Issuer = issuer);

        var document = await ReadAsync(provider, path);

        Assert.Equal(issuer, document.GetProperty("issuer").GetString());
        foreach (var member in document.EnumerateObject().Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri"))
        {
            Assert.StartsWith(issuer + "/", member.Value.GetString(), StringComparison.Ordinal);
            var response = await provider.Http.GetAsync(new Uri(new Uri(member.Value.GetString()!).AbsolutePath, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.NotEqual(404, (int)response.StatusCode);
        }
    }

    [Fact]
    [Trait("SR", "SR-240")]
    public async Task Nothing_in_it_comes_from_the_request()
    {
        await using var provider = await TestProvider.StartAsync();
        var usual = await provider.Http.GetStringAsync("/.well-known/oauth-authorization-server", TestContext.Current.CancellationToken);

        foreach (var (name, value) in new[] { ("Host", "attacker.example"), ("X-Forwarded-Host", "attacker.example"), ("Forwarded", "host=attacker.example;proto=http"), ("X-Forwarded-Prefix", "/attacker") })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/oauth-authorization-server");
            request.Headers.TryAddWithoutValidation(name, value);
            var response = await provider.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(usual, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    [Trait("SR", "SR-025")]
    [Trait("SR", "SR-241")]
    public async Task It_lists_what_works_and_nothing_that_must_not_be_used()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Scopes.Add("notes.read", "Read your notes"));

        var document = await ReadAsync(provider, "/.well-known/oauth-authorization-server");

        Assert.Equal(["S256"], Strings(document, "code_challenge_methods_supported"));
        Assert.Equal(["code"], Strings(document, "response_types_supported"));
        Assert.Equal(["authorization_code", "client_credentials", "refresh_token"], Strings(document, "grant_types_supported"));
        Assert.Equal(["client_secret_basic", "client_secret_post", "none"], Strings(document, "token_endpoint_auth_methods_supported"));
        Assert.Equal(["client_secret_basic", "client_secret_post"], Strings(document, "introspection_endpoint_auth_methods_supported"));
        Assert.Equal(["openid", "profile", "email", "address", "phone", "offline_access", "notes.read"], Strings(document, "scopes_supported"));
        Assert.True(document.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        var algorithms = document.EnumerateObject().Where(member => member.Name.Contains("alg_values", StringComparison.Ordinal)).SelectMany(member => Strings(document, member.Name));
        Assert.DoesNotContain("none", algorithms);
        Assert.All(["\"password\"", "\"plain\"", "\"token\"", "\"implicit\""], word => Assert.DoesNotContain(word, document.GetRawText(), StringComparison.Ordinal));
    }

    [Theory, InlineData("/.well-known/oauth-authorization-server"), InlineData("/oauth2/jwks")]
    [Trait("SR", "SR-220")]
    [Trait("SR", "SR-245")]
    public async Task It_is_the_same_for_everybody_so_anybody_may_read_and_keep_it(string path)
    {
        await using var provider = await TestProvider.StartAsync();

        var answer = await provider.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(answer.Headers.CacheControl is { Public: true, MaxAge.TotalSeconds: 300, NoStore: false });
        Assert.Empty(answer.Headers.Pragma);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(200, (int)(await provider.Http.SendAsync(new(HttpMethod.Head, path), TestContext.Current.CancellationToken)).StatusCode);
        var post = await provider.Http.PostAsync(new Uri(path, UriKind.Relative), null, TestContext.Current.CancellationToken);
        Assert.Equal((405, "GET, HEAD"), ((int)post.StatusCode, string.Join(", ", post.Content.Headers.Allow)));
    }

    [Theory, InlineData("/oauth2/token"), InlineData("/oauth2/introspect"), InlineData("/oauth2/revoke")]
    [Trait("SR", "SR-220")]
    public async Task Nothing_that_concerns_a_user_is_readable_across_origins(string path)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        provider.Http.DefaultRequestHeaders.Add("Origin", "https://attacker.example");

        var response = await client.PostAsync(path, ("grant_type", "client_credentials"), ("token", "x"));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory, InlineData("/oauth2/token"), InlineData("/oauth2/revoke")]
    [Trait("SR", "SR-220")]
    public async Task A_page_of_a_public_client_may_read_the_answer_to_its_own_request(string path)
    {
        await using var provider = await TestProvider.StartAsync();
        var page = await provider.AddClientAsync("spa", client => client with { TokenEndpointAuthMethod = "none", Secrets = [] });
        var server = await provider.AddClientAsync("server");

        async Task<string?> AllowedAsync(TestClient client, string origin)
        {
            provider.Http.DefaultRequestHeaders.Remove("Origin");
            provider.Http.DefaultRequestHeaders.Add("Origin", origin);
            var answer = await client.PostAsync(path, ("grant_type", "refresh_token"), ("refresh_token", "x"), ("token", "x"));
            return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
        }

        Assert.Equal("https://client.example", await AllowedAsync(page, "https://client.example"));
        Assert.Null(await AllowedAsync(page, "https://attacker.example"));
        Assert.Null(await AllowedAsync(server, "https://client.example"));
    }

    [Fact]
    [Trait("SR", "SR-240")]
    public async Task Only_in_development_may_the_issuer_come_from_the_request()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Issuer = null, environment: "Development");
        provider.Http.BaseAddress = new("http://localhost:5080");

        var document = await ReadAsync(provider, "/.well-known/oauth-authorization-server");

        Assert.Equal("http://localhost:5080", document.GetProperty("issuer").GetString());
        Assert.Equal("http://localhost:5080/oauth2/token", document.GetProperty("token_endpoint").GetString());
    }

    [Fact]
    public async Task Other_paths_are_told_as_they_are()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Paths.Token = "/connect/token");

        Assert.Equal("https://app.example/connect/token", (await ReadAsync(provider, "/.well-known/openid-configuration")).GetProperty("token_endpoint").GetString());
    }

    [Fact]
    public async Task It_has_what_openid_connect_requires_of_it()
    {
        await using var provider = await TestProvider.StartAsync(options => options.ScopeClaims["employee"] = ["employee_id"]);

        var document = await ReadAsync(provider, "/.well-known/openid-configuration");

        Assert.Equal("https://app.example/oauth2/userinfo", document.GetProperty("userinfo_endpoint").GetString());
        Assert.Equal(["public"], Strings(document, "subject_types_supported"));
        Assert.Equal(["ES256", "RS256", "PS256", "EdDSA"], Strings(document, "id_token_signing_alg_values_supported"));
        Assert.Equal(["ES256", "RS256", "PS256", "EdDSA"], Strings(document, "userinfo_signing_alg_values_supported"));
        Assert.Equal(["normal"], Strings(document, "claim_types_supported"));
        Assert.True(document.GetProperty("claims_parameter_supported").GetBoolean());
        Assert.All(["sub", "auth_time", "name", "updated_at", "email_verified", "address", "phone_number", "employee_id"], claim => Assert.Contains(claim, Strings(document, "claims_supported")));
    }

    [Fact]
    public async Task Pairwise_subjects_are_offered_where_they_can_be_made()
    {
        await using var provider = await TestProvider.StartAsync(options => options.PairwiseSecret = new('x', 32));

        Assert.Equal(["public", "pairwise"], Strings(await ReadAsync(provider, "/.well-known/openid-configuration"), "subject_types_supported"));
    }

    [Fact]
    public async Task Each_member_is_said_once()
    {
        await using var provider = await TestProvider.StartAsync();
        var text = await provider.Http.GetStringAsync("/.well-known/openid-configuration", TestContext.Current.CancellationToken);

        using var document = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false });
        Assert.NotEmpty(document.RootElement.EnumerateObject());
    }

    private static async Task<JsonElement> ReadAsync(TestProvider provider, string path) =>
        JsonDocument.Parse(await provider.Http.GetStringAsync(path, TestContext.Current.CancellationToken)).RootElement;

    private static IEnumerable<string?> Strings(JsonElement document, string name) => document.GetProperty(name).EnumerateArray().Select(value => value.GetString());
}
