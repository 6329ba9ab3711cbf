using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Registration;
using Gatehouse.Storage;

namespace Gatehouse.Tests.Registration;

public sealed class RegistrationEndpointTests
{
    private const string Minimal = """{ "redirect_uris": ["https://client.example/cb"] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait(Rule.Requirement, "SR-150")]
    public async Task Registration_is_off_by_default_and_not_in_the_metadata()
    {
        await using var provider = await TestProvider.StartAsync();

        Assert.Equal(404, (int)(await provider.Http.PostAsync("/oauth2/register", Json(Minimal), Ct)).StatusCode);
        Assert.DoesNotContain("registration_endpoint", await provider.Http.GetStringAsync("/.well-known/oauth-authorization-server", Ct), StringComparison.Ordinal);
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-150")]
    public async Task Without_an_initial_access_token_nobody_registers_unless_it_was_opened()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Registration.Enabled = true);

        var answer = await RegisterAsync(provider, Minimal);

        answer.IsRefused(401, "invalid_token");
        Assert.Equal("Bearer realm=\"gatehouse\", error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        Assert.Contains("https://app.example/oauth2/register", await provider.Http.GetStringAsync("/.well-known/oauth-authorization-server", Ct), StringComparison.Ordinal);
        (await RegisterAsync(provider, Minimal, "gti_unknown")).IsRefused(401, "invalid_token");
        Assert.Empty(await ClientsAsync(provider));
    }

    [Fact]
    public async Task A_client_is_told_everything_that_is_in_effect()
    {
        await using var provider = await OpenAsync();

        var answer = await RegisterAsync(provider, """{ "redirect_uris": ["https://client.example/cb"], "client_name": "Notes", "client_name#de": "Notizen", "house_colour": "red", "contacts": null }""");

        Assert.Equal((201, "application/json;charset=UTF-8"), (answer.Status, answer.ContentType));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var client = Assert.Single(await ClientsAsync(provider));
        var json = answer.Json;
        Assert.Equal(client.Id, json.GetProperty("client_id").GetString());
        Assert.Equal(provider.Clock.GetUtcNow().ToUnixTimeSeconds(), json.GetProperty("client_id_issued_at").GetInt64());
        Assert.Equal(0, json.GetProperty("client_secret_expires_at").GetInt64());
        Assert.Equal($"https://app.example/oauth2/register/{client.Id}", json.GetProperty("registration_client_uri").GetString());
        Assert.StartsWith("gtm_", json.GetProperty("registration_access_token").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("Notes", "Notizen", "red", "client_secret_basic", "web", "public", "openid profile email address phone offline_access"),
            (answer.Member("client_name"), answer.Member("client_name#de"), answer.Member("house_colour"), answer.Member("token_endpoint_auth_method"), answer.Member("application_type"),
                answer.Member("subject_type"), answer.Member("scope")));
        Assert.Equal("""["authorization_code"]""", json.GetProperty("grant_types").GetRawText());
        Assert.Equal("""["code"]""", json.GetProperty("response_types").GetRawText());
        Assert.DoesNotContain("contacts", answer.Members);
        Assert.DoesNotContain("enabled", answer.Members);
    }

    [Theory]
    [InlineData(null, "RS256")]
    [InlineData("ES256", "ES256")]
    public async Task A_client_that_names_no_algorithm_gets_the_one_that_OpenID_Connect_promises(string? named, string expected)
    {
        await using var provider = await OpenAsync();

        var answer = await RegisterAsync(provider, Minimal[..^1] + (named is null ? "}" : $", \"id_token_signed_response_alg\": \"{named}\" }}"));

        Assert.Equal(expected, answer.Member("id_token_signed_response_alg"));
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-069")]
    [Trait(Rule.Requirement, "SR-153")]
    public async Task What_a_client_is_given_works_and_only_hashes_are_kept()
    {
        await using var provider = await OpenAsync(options => options.Registration.GrantTypes.Add("client_credentials"));

        var answer = await RegisterAsync(provider, """{ "grant_types": ["client_credentials"], "scope": "email" }""");
        var (id, secret, token) = (answer.Member("client_id")!, answer.Member("client_secret")!, answer.Member("registration_access_token")!);

        Assert.Equal(200, (int)(await provider.PostAsync("/oauth2/token", TestClient.BasicOf(id, secret), ("grant_type", "client_credentials"))).StatusCode);
        var client = Assert.Single(await ClientsAsync(provider));
        Assert.Null(client.UnusedUntil);
        Assert.DoesNotContain(secret, JsonSerializer.Serialize(client), StringComparison.Ordinal);
        Assert.Empty(provider.Logs.LinesThatMention(secret, token));
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-153")]
    public async Task A_public_client_gets_no_secret()
    {
        await using var provider = await OpenAsync();

        var answer = await RegisterAsync(provider, """{ "redirect_uris": ["https://client.example/cb"], "token_endpoint_auth_method": "none" }""");

        Assert.Equal(201, answer.Status);
        Assert.DoesNotContain("client_secret", answer.Members);
        Assert.DoesNotContain("client_secret_expires_at", answer.Members);
        Assert.Empty(Assert.Single(await ClientsAsync(provider)).Secrets);
    }

    [Fact]
    public async Task A_secret_lives_as_long_as_the_operator_says()
    {
        await using var provider = await OpenAsync(options => options.Registration.SecretLifetime = TimeSpan.FromHours(2));

        Assert.Equal(provider.Clock.GetUtcNow().AddHours(2).ToUnixTimeSeconds(), (await RegisterAsync(provider, Minimal)).Json.GetProperty("client_secret_expires_at").GetInt64());
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-152")]
    [Trait(Rule.Requirement, "SR-156")]
    public async Task A_stranger_decides_nothing_that_is_the_operators()
    {
        await using var provider = await OpenAsync();

        var answer = await RegisterAsync(provider, """
            { "redirect_uris": ["https://client.example/cb"], "client_id": "chosen", "client_secret": "chosen", "require_consent": false, "require_pkce": false, "enabled": false,
              "resource_server_for": ["self"], "registration_access_token": "chosen", "client_id_issued_at": 1, "client_secret_expires_at": 1 }
            """);

        var client = Assert.Single(await ClientsAsync(provider));
        Assert.True(client is { RequireConsent: true, RequirePkce: true, Enabled: true, IsDynamic: true, ResourceServerFor.Count: 0 });
        Assert.Equal(32, client.Id.Length);
        Assert.DoesNotContain("chosen", answer.Body, StringComparison.Ordinal);
        Assert.StartsWith("anybody, at", client.Registration!.RegisteredBy, StringComparison.Ordinal);
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-152")]
    [InlineData("openid admin", "openid")]
    [InlineData("email openid", "email openid")]
    public async Task Scopes_outside_the_policy_are_left_out(string asked, string granted)
    {
        await using var provider = await OpenAsync();

        Assert.Equal(granted, (await RegisterAsync(provider, $$"""{ "redirect_uris": ["https://client.example/cb"], "scope": "{{asked}}" }""")).Member("scope"));
    }

    [Theory]
    [Trait(Rule.Requirement, "SR-152")]
    [InlineData("invalid_client_metadata", """{ "grant_types": ["client_credentials"] }""", "cannot be registered here")]
    [InlineData("invalid_client_metadata", """{ "grant_types": ["implicit"], "redirect_uris": ["https://client.example/cb"] }""", "not supported")]
    [InlineData("invalid_client_metadata", """{ "redirect_uris": ["https://client.example/cb"], "scope": "admin" }""", "none of these")]
    [InlineData("invalid_client_metadata", """{ "redirect_uris": ["https://client.example/cb"], "token_endpoint_auth_method": "client_secret_jwt" }""", "not supported")]
    [InlineData("invalid_client_metadata", """{ "redirect_uris": ["https://client.example/cb"], "response_types": ["token"] }""", "response_types")]
    [InlineData("invalid_client_metadata", """{ "redirect_uris": ["https://client.example/cb"], "jwks_uri": "http://127.0.0.1/jwks" }""", "jwks_uri cannot be fetched")]
    [InlineData("invalid_client_metadata", """{ "redirect_uris": ["https://client.example/cb"], "backchannel_logout_uri": "http://localhost/out" }""", "backchannel_logout_uri cannot be fetched")]
    [InlineData("invalid_client_metadata", """{ "redirect_uris": ["https://client.example/cb"], "subject_type": "pairwise" }""", "pairwise is not supported here")]
    [InlineData("invalid_client_metadata", """{ "redirect_uris": ["https://client.example/cb"], "request_object_signing_alg": "none" }""", "none is not supported here")]
    [InlineData("invalid_redirect_uri", """{ }""", "redirect_uris is empty")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["http://client.example/cb"] }""", "uses http")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["javascript:alert(1)"] }""", "javascript")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": ["com.example:/cb"] }""", "native")]
    [InlineData("invalid_redirect_uri", """{ "redirect_uris": "https://client.example/cb" }""", "array of strings")]
    [InlineData("invalid_request", """[]""", "JSON object")]
    [InlineData("invalid_request", """{ "a": 1, "a": 2 }""", "JSON object")]
    [InlineData("invalid_request", "{", "JSON object")]
    [InlineData("invalid_request", """{ "client_name": "\ud800" }""", "JSON object")]
    [InlineData("invalid_software_statement", """{ "software_statement": 1 }""", "must be a string")]
    [InlineData("invalid_software_statement", """{ "software_statement": "x.y" }""", "not a signed JWT")]
    [InlineData("unapproved_software_statement", """{ "software_statement": "e30.eyJpc3MiOiJldmlsIn0.AA" }""", "not accepted here")]
    public async Task What_cannot_be_registered_is_refused_by_the_right_error(string error, string metadata, string description)
    {
        await using var provider = await OpenAsync();

        var answer = await RegisterAsync(provider, metadata);

        answer.IsRefused(400, error);
        Assert.Contains(description, answer.Member("error_description"), StringComparison.Ordinal);
        Assert.Empty(await ClientsAsync(provider));
        Assert.Equal(201, (await RegisterAsync(provider, Minimal)).Status);
    }

    [Fact]
    public async Task A_program_on_its_users_machine_need_not_say_that_it_is_native()
    {
        await using var provider = await OpenAsync();

        var tool = await RegisterAsync(provider, """{ "redirect_uris": ["http://127.0.0.1/cb", "http://localhost/cb"], "token_endpoint_auth_method": "none" }""");
        var web = await RegisterAsync(provider, """{ "redirect_uris": ["http://127.0.0.1/cb"], "token_endpoint_auth_method": "none", "application_type": "web" }""");

        Assert.Equal((201, "native"), (tool.Status, tool.Member("application_type")));
        web.IsRefused(400, "invalid_redirect_uri");
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-158")]
    public async Task A_body_that_is_too_long_is_not_read()
    {
        await using var provider = await OpenAsync();

        (await RegisterAsync(provider, $$"""{ "x": "{{new string('x', 70_000)}}" }""")).IsRefused(413, "invalid_request");
        var chunked = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "x": "{{new string('x', 70_000)}}" }"""))) { Headers = { ContentType = new("application/json") } };
        (await Answer.OfAsync(await provider.Http.PostAsync("/oauth2/register", chunked, Ct))).IsRefused(413, "invalid_request");
    }

    [Fact]
    public async Task Only_JSON_is_read()
    {
        await using var provider = await OpenAsync();

        (await Answer.OfAsync(await provider.Http.PostAsync("/oauth2/register", new StringContent(Minimal), Ct))).IsRefused(400, "invalid_request");
        Assert.Equal(405, (int)(await provider.Http.GetAsync("/oauth2/register", Ct)).StatusCode);
    }

    [Fact]
    [Trait(Rule.Requirement, "SR-158")]
    public async Task An_address_has_a_quota_for_each_hour_whatever_becomes_of_its_requests()
    {
        await using var provider = await OpenAsync(options => options.Registration.MaxPerAddressAndHour = 2);

        Assert.Equal(201, (await RegisterAsync(provider, Minimal)).Status);
        Assert.Equal(400, (await RegisterAsync(provider, "{}")).Status);
        var late = await RegisterAsync(provider, Minimal);
        late.IsRefused(429, "temporarily_unavailable");
        Assert.Equal(TimeSpan.FromMinutes(30), late.Headers.RetryAfter?.Delta);
        provider.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(201, (await RegisterAsync(provider, Minimal)).Status);
    }

    [Fact]
    public async Task A_client_that_never_gets_a_token_is_removed_after_a_week()
    {
        await using var provider = await OpenAsync();
        await RegisterAsync(provider, Minimal);
        var now = provider.Clock.GetUtcNow();
        Assert.Equal(now.AddDays(7), Assert.Single(await ClientsAsync(provider)).UnusedUntil);

        await ClientUse.NeverUsed(provider.Get<IClientStore>()).RemoveAsync(now.AddDays(7), 10, Ct);
        Assert.Single(await ClientsAsync(provider));
        await ClientUse.NeverUsed(provider.Get<IClientStore>()).RemoveAsync(now.AddDays(7).AddSeconds(1), 10, Ct);

        Assert.Empty(await ClientsAsync(provider));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task PKCE_is_required_unless_the_operator_says_otherwise(bool optional, bool required)
    {
        await using var provider = await OpenAsync(options => options.Registration.Dangerous.PkceOptional = optional);

        await RegisterAsync(provider, Minimal);
        await RegisterAsync(provider, """{ "redirect_uris": ["https://client.example/cb"], "token_endpoint_auth_method": "none" }""");

        Assert.Equal([required, true], (await ClientsAsync(provider)).OrderBy(client => client.IsPublic).Select(client => client.RequirePkce));
        Assert.Equal(optional, provider.Logs.Lines.Any(line => line.Event.Id == 1856));
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1855);
    }

    [Fact]
    public async Task A_page_may_register_a_client()
    {
        await using var provider = await OpenAsync();
        var preflight = new HttpRequestMessage(HttpMethod.Options, "/oauth2/register") { Headers = { { "Origin", "https://tool.example" }, { "Access-Control-Request-Method", "POST" } } };

        var answer = await provider.Http.SendAsync(preflight, Ct);

        Assert.Equal((204, "*"), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin"))));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    internal static Task<TestProvider> OpenAsync(Action<GatehouseOptions>? configure = null) => TestProvider.StartAsync(options =>
    {
        options.Registration.Enabled = true;
        options.Registration.Dangerous.OpenToAnybody = true;
        configure?.Invoke(options);
    });

    internal static async Task<Answer> RegisterAsync(TestProvider provider, string metadata, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/register") { Content = Json(metadata) };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Answer.OfAsync(await provider.Http.SendAsync(request, Ct));
    }

    internal static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    internal static ValueTask<IReadOnlyList<Client>> ClientsAsync(TestProvider provider) => provider.Get<IClientStore>().ListAsync(null, 100, Ct);
}
