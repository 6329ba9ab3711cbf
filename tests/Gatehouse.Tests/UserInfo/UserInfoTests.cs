using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using Gatehouse.Storage;
using Gatehouse.Tests.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.UserInfo;

/// <summary>OpenID Connect Core §5.3, §5.4, §5.5; RFC 6750 for how the token comes.</summary>
public sealed class UserInfoTests
{
    private static readonly KnownClaims Alice = new(
        new("name", "Alice"), new("given_name", ""), new("updated_at", "2026-03-01T12:00:00Z"), new("email", "alice@example.com"), new("email_verified", "true"),
        new("phone_number", "+1 555"), new("phone_number_verified", "0"), new("address", """{"country":"DE","locality":""}""", "JSON"), new("birthdate", "0000-03-08"), new("employee_id", "7", ClaimValueTypes.Integer64),
        new("role", "admin"), new("role", "staff"));

    [Fact]
    public async Task Each_scope_opens_its_claims_in_their_json_types()
    {
        await using var provider = await OpenIdApp.StartAsync(Alice, options => options.ScopeClaims["employee"] = ["employee_id", "role"]);
        var client = await provider.AddOpenIdClientAsync();

        async Task<string> AskAsync(string scope) => (await GetAsync(provider, (await client.SignInAsync(("scope", scope))).AccessToken)).Body;

        Assert.Equal("""{"sub":"1"}""", await AskAsync("openid"));
        Assert.Equal("""{"sub":"1","name":"Alice","updated_at":1772366400,"birthdate":"0000-03-08"}""", await AskAsync("openid profile"));
        Assert.Equal("""{"sub":"1","email":"alice@example.com","email_verified":true}""", await AskAsync("openid email"));
        Assert.Equal("""{"sub":"1","phone_number":"\u002B1 555","phone_number_verified":false}""", await AskAsync("openid phone"));
        Assert.Equal("""{"sub":"1","address":{"country":"DE"}}""", await AskAsync("openid address"));
        Assert.Equal("""{"sub":"1","employee_id":7,"role":["admin","staff"]}""", await AskAsync("openid employee"));
    }

    [Fact]
    public async Task The_claims_parameter_asks_one_by_one()
    {
        await using var provider = await OpenIdApp.StartAsync(Alice);
        var client = await provider.AddOpenIdClientAsync();

        var answer = await client.SignInAsync(("claims", """{"userinfo":{"email":{"essential":true},"nickname":null},"id_token":{"name":null}}"""));

        Assert.Equal("""{"sub":"1","email":"alice@example.com"}""", (await GetAsync(provider, answer.AccessToken)).Body);
        Assert.Equal("""{"sub":"1","email":"alice@example.com"}""", (await GetAsync(provider, (await client.RefreshAsync(answer.RefreshToken)).AccessToken)).Body);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_jwt_says_as_much_as_a_reference(bool hasSource)
    {
        await using var provider = await OpenIdApp.StartAsync(hasSource ? Alice : null, options => options.Resources.Add(new() { Identifier = "https://api.example" }));
        var client = await provider.AddOpenIdClientAsync();
        (string, string?)[] request = [("scope", "openid profile"), ("claims", """{"userinfo":{"email":null}}"""), ("claims_locales", "fr")];

        var reference = await GetAsync(provider, (await client.SignInAsync(request)).AccessToken);
        var jwt = (await client.SignInAsync([.. request, ("resource", "https://api.example")])).AccessToken;

        Assert.Equal(reference.Body, (await GetAsync(provider, jwt)).Body);
        Assert.Contains("lice\"", reference.Body, StringComparison.Ordinal);
        if (hasSource) Assert.Equal(["fr"], Alice.Asked[^1].Locales);
    }

    [Fact]
    public async Task By_name_a_client_gets_no_more_than_it_is_registered_for_by_scope()
    {
        await using var provider = await OpenIdApp.StartAsync(Alice, options => options.ScopeClaims["employee"] = ["employee_id"]);
        var client = await provider.AddOpenIdClientAsync(change: client => client with { Scope = "openid email" });

        var answer = await client.SignInAsync(("claims", """{"userinfo":{"email":null,"name":null,"employee_id":null,"role":{"essential":true}}}"""));

        Assert.Equal("""{"sub":"1","email":"alice@example.com"}""", (await GetAsync(provider, answer.AccessToken)).Body);
    }

    [Fact]
    public async Task An_app_without_a_claims_source_said_it_at_sign_in()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var client = await provider.AddOpenIdClientAsync();

        Assert.Equal("""{"sub":"1","name":"alice"}""", (await GetAsync(provider, (await client.SignInAsync(("scope", "openid profile"))).AccessToken)).Body);
        Assert.Equal("""{"sub":"1"}""", (await GetAsync(provider, (await client.SignInAsync()).AccessToken)).Body);
        Assert.Equal("""{"sub":"1","name":"alice"}""", (await GetAsync(provider, (await client.PasswordAsync(("scope", "openid profile"))).AccessToken)).Body);
    }

    [Fact]
    public async Task The_token_comes_in_the_header_or_in_a_form()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var token = (await (await provider.AddOpenIdClientAsync()).SignInAsync()).AccessToken;

        Assert.Equal(200, (await GetAsync(provider, token)).Status);
        Assert.Equal(200, (await SendAsync(provider, new(HttpMethod.Post, "/oauth2/userinfo"), token)).Status);
        var form = await Answer.OfAsync(await provider.PostAsync("/oauth2/userinfo", null, ("access_token", token)));
        Assert.Equal((200, "application/json", """{"sub":"1"}"""), (form.Status, form.ContentType, form.Body));
        Assert.True(form.Headers.CacheControl!.NoStore);
    }

    [Fact]
    [Trait("SR", "SR-076")]
    public async Task A_token_in_the_query_is_not_seen()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var token = (await (await provider.AddOpenIdClientAsync()).SignInAsync()).AccessToken;

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
            IsChallenged(await SendAsync(provider, new(method, "/oauth2/userinfo?access_token=" + token), null), 401, null);
    }

    [Fact]
    public async Task Everything_else_is_refused_as_bearer_tokens_are()
    {
        await using var provider = await OpenIdApp.StartAsync(configure: options => options.Resources.Add(new() { Identifier = "https://api.example", AccessTokenFormat = "reference" }));
        var client = await provider.AddOpenIdClientAsync();
        var token = (await client.SignInAsync()).AccessToken;

        IsChallenged(await GetAsync(provider, null), 401, null);
        IsChallenged(await GetAsync(provider, "x"), 401, "invalid_token");
        IsChallenged(await GetAsync(provider, token[..^1] + (token[^1] == 'A' ? 'B' : 'A')), 401, "invalid_token");
        IsChallenged(await GetAsync(provider, "a b"), 400, "invalid_request");
        IsChallenged(await Answer.OfAsync(await provider.PostAsync("/oauth2/userinfo", "Bearer " + token, ("access_token", token))), 400, "invalid_request");
        IsChallenged(await Answer.OfAsync(await provider.PostAsync("/oauth2/userinfo", null, ("access_token", token), ("access_token", token))), 400, "invalid_request");
        IsChallenged(await GetAsync(provider, (await client.SignInAsync(("scope", "notes.read"))).AccessToken), 403, "insufficient_scope");
        IsChallenged(await GetAsync(provider, (await client.TokenAsync(("grant_type", "client_credentials"), ("scope", "openid"))).AccessToken), 401, "invalid_token");
        IsChallenged(await GetAsync(provider, (await client.SignInAsync(("resource", "https://api.example"), ("scope", "notes.read"))).AccessToken), 403, "insufficient_scope");

        await client.RevokeAsync(token);
        IsChallenged(await GetAsync(provider, token), 401, "invalid_token");
    }

    [Fact]
    [Trait("SR", "SR-082")]
    public async Task A_user_who_was_disabled_is_told_of_no_more()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var token = (await (await provider.AddOpenIdClientAsync()).SignInAsync()).AccessToken;
        provider.Users.Inactive.Add("1");

        IsChallenged(await GetAsync(provider, token), 401, "invalid_token");
    }

    [Theory, InlineData("jwt"), InlineData("reference")]
    [Trait("SR", "SR-070")]
    public async Task A_token_for_a_resource_is_for_userinfo_too_if_the_client_asked_for_openid(string format)
    {
        const string api = "https://api.example";
        await using var provider = await OpenIdApp.StartAsync(Alice, options => options.Resources.Add(new() { Identifier = api, AccessTokenFormat = format, Scopes = { "notes.read" } }));
        var client = await provider.AddOpenIdClientAsync();

        var both = await client.SignInAsync(("resource", api), ("scope", "openid email notes.read offline_access employee"));
        Assert.Equal("""{"sub":"1","email":"alice@example.com","email_verified":true}""", (await GetAsync(provider, both.AccessToken)).Body);
        Assert.Equal("openid email notes.read", both.Member("scope"));
        var claims = (await client.IntrospectAsync(both.AccessToken)).Json;
        Assert.Equal([api, "https://app.example/oauth2/userinfo"], claims.GetProperty("aud").EnumerateArray().Select(audience => audience.GetString()));
        if (format == "jwt") Assert.Equal(claims.GetProperty("aud").ToString(), Jwt.PayloadOf(both.AccessToken).GetProperty("aud").ToString());

        var one = await client.SignInAsync(("resource", api), ("scope", "email notes.read"));
        Assert.Equal("notes.read", one.Member("scope"));
        Assert.Equal(api, (await client.IntrospectAsync(one.AccessToken)).Member("aud"));
        IsChallenged(await GetAsync(provider, one.AccessToken), 403, "insufficient_scope");
    }

    [Fact]
    public async Task A_client_that_registered_for_it_gets_a_signed_answer()
    {
        await using var provider = await OpenIdApp.StartAsync(Alice);
        var client = await provider.AddOpenIdClientAsync(change: client => client with { UserinfoSignedResponseAlg = "PS256" });

        var answer = await GetAsync(provider, (await client.SignInAsync(("scope", "openid email"))).AccessToken);

        Assert.Equal("application/jwt", answer.ContentType);
        Assert.Equal("PS256", Jwt.HeaderOf(answer.Body).GetProperty("alg").GetString());
        var claims = Jwt.PayloadOf(answer.Body);
        Assert.Equal((TestProvider.Issuer, "app", "1", "alice@example.com"),
            (claims.GetProperty("iss").GetString(), claims.GetProperty("aud").GetString(), claims.GetProperty("sub").GetString(), claims.GetProperty("email").GetString()));
        Assert.Equal(JsonValueKind.True, claims.GetProperty("email_verified").ValueKind);
    }

    [Fact]
    [Trait("SR", "SR-220")]
    public async Task Pages_of_the_client_may_read_it_and_no_others()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var token = (await (await provider.AddOpenIdClientAsync()).SignInAsync()).AccessToken;

        async Task<string?> AllowedAsync(string? bearer, string origin)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/userinfo") { Headers = { { "Origin", origin } } };
            var answer = await SendAsync(provider, request, bearer);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
            return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
        }

        Assert.Equal("https://client.example", await AllowedAsync(token, "https://client.example"));
        Assert.All(await Task.WhenAll(new[] { "https://attacker.example", "null", "https://client.example:8443", "http://client.example", "https://client.example.attacker.example" }.Select(origin => AllowedAsync(token, origin))), Assert.Null);
        Assert.Equal("*", await AllowedAsync("x", "https://attacker.example"));
    }

    [Fact]
    public async Task A_preflight_is_answered_and_other_methods_are_not()
    {
        await using var provider = await OpenIdApp.StartAsync();
        var preflight = new HttpRequestMessage(HttpMethod.Options, "/oauth2/userinfo")
        {
            Headers = { { "Origin", "https://client.example" }, { "Access-Control-Request-Method", "GET" }, { "Access-Control-Request-Headers", "authorization" } },
        };

        var answer = await SendAsync(provider, preflight, null);

        Assert.Equal(204, answer.Status);
        Assert.Contains("authorization", answer.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.Equal(405, (await SendAsync(provider, new(HttpMethod.Put, "/oauth2/userinfo"), null)).Status);
    }

    private static void IsChallenged(Answer answer, int status, string? error)
    {
        Assert.Equal((status, ""), (answer.Status, answer.Body));
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Equal(error is not null, challenge.Parameter!.Contains($"error=\"{error}\"", StringComparison.Ordinal));
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task A_token_is_looked_up_once_whoever_asks_before_the_endpoint()
    {
        var counter = new LookUps();
        await using var provider = await OpenIdApp.StartAsync(Alice, services: services => services.AddSingleton(counter).AddSingleton<IArtifactReader>(all => new CountedReader(all.GetRequiredService<IProtocolStore>(), all.GetRequiredService<LookUps>())));
        var client = await provider.AddOpenIdClientAsync();
        var token = (await client.SignInAsync()).AccessToken;
        counter.Count = 0;

        Assert.Equal(200, (await GetAsync(provider, token)).Status);

        Assert.Equal(1, counter.Count);
    }

    private sealed class LookUps
    {
        public int Count { get; set; }
    }

    private sealed class CountedReader(IProtocolStore store, LookUps counter) : IArtifactReader
    {
        public ValueTask<Artifact?> FindAsync(string id, CancellationToken ct)
        {
            counter.Count++;
            return store.FindAsync(id, ct);
        }

        public ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct) => store.FindFamilyAsync(id, ct);
    }

    private static Task<Answer> GetAsync(TestProvider provider, string? token) => SendAsync(provider, new(HttpMethod.Get, "/oauth2/userinfo"), token);

    private static async Task<Answer> SendAsync(TestProvider provider, HttpRequestMessage request, string? token)
    {
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return await Answer.OfAsync(await provider.Http.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
