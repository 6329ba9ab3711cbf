using System.Net;
using System.Text;
using Gatehouse.Bearer;
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Bearer;

/// <summary>RFC 6750: what a request must look like, and what it is told otherwise.</summary>
public sealed class BearerHandlerTests
{
    [Fact]
    public async Task A_token_in_the_header_is_its_user()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);
        var token = (await (await provider.AddClientAsync()).PasswordAsync(("scope", "notes.read"))).AccessToken;

        var response = await provider.CallAsync("GET", "/me", token);

        Assert.Equal(
            ["Gatehouse:alice", "sub=1", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier=1", "client_id=app", "scope=notes.read", "name=alice"],
            (await response.TextAsync()).Split('\n'));
    }

    [Fact]
    public async Task The_ticket_ends_with_the_token()
    {
        DateTimeOffset? expires = null;
        await using var provider = await TestProvider.StartAsync(map: app => app.MapGet("/", async (Microsoft.AspNetCore.Http.HttpContext http) =>
            expires = (await Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions.AuthenticateAsync(http)).Properties?.ExpiresUtc));
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;
        var issued = provider.Clock.GetUtcNow();

        await provider.CallAsync("GET", "/", token);

        Assert.Equal(issued.AddSeconds(3600), expires);
    }

    [Fact]
    [Trait("SR", "SR-076")]
    public async Task A_token_in_the_query_string_or_the_body_is_ignored()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        var query = await provider.CallAsync("GET", "/me?access_token=" + token);
        var body = await provider.PostAsync("/write", null, ("access_token", token));

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"gatehouse\""), (query.StatusCode, query.Challenge()));
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"gatehouse\", scope=\"notes.write\""), (body.StatusCode, body.Challenge()));
    }

    [Fact]
    public async Task Without_credentials_the_challenge_names_no_error()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);

        var response = await provider.CallAsync("GET", "/me");

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"gatehouse\""), (response.StatusCode, response.Challenge()));
    }

    [Theory]
    [InlineData("Bearer"), InlineData("Bearer "), InlineData("Bearer a b"), InlineData("Bearer a, Bearer b"), InlineData("Bearer \"quoted\""), InlineData("Bearer ="), InlineData("Bearer,"), InlineData("Bearer a=b")]
    public async Task A_malformed_header_is_an_invalid_request(string header)
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);

        var response = await provider.CallAsync("GET", "/me", null, ("Authorization", header));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("Bearer realm=\"gatehouse\", error=\"invalid_request\", error_description=\"", response.Challenge(), StringComparison.Ordinal);
    }

    [Theory, InlineData("Bearer\tabc"), InlineData("Bearer abc\t"), InlineData("Bearer ab\0c"), InlineData("Bearer t\u00F6k")]
    public void What_a_client_library_would_not_even_send_is_malformed_too(string header)
    {
        Assert.True(BearerCredentials.ArePresent(header));
        Assert.False(BearerCredentials.Parse(header).Succeeded(out _, out var error));
        Assert.Equal("invalid_request", error.Code);
    }

    [Fact]
    public async Task Two_authorization_headers_are_an_invalid_request_even_if_both_are_good()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        using var request = new HttpRequestMessage(HttpMethod.Get, "/me");
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", ["Bearer " + token, "Bearer " + token]));
        var response = await provider.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("error=\"invalid_request\"", response.Challenge(), StringComparison.Ordinal);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1501 && line.Message.Contains("more than one", StringComparison.Ordinal));
    }

    [Theory, InlineData("Basic YTpi"), InlineData("Bearerfoo x"), InlineData("DPoP x"), InlineData("bear x")]
    public async Task Another_scheme_is_no_bearer_token(string header)
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);

        var response = await provider.CallAsync("GET", "/me", null, ("Authorization", header));

        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"gatehouse\""), (response.StatusCode, response.Challenge()));
    }

    [Theory, InlineData("bearer"), InlineData("BEARER"), InlineData("Bearer ")]
    public async Task The_schemes_name_may_be_in_any_case(string scheme)
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/me", null, ("Authorization", scheme + " " + token))).StatusCode);
    }

    [Theory]
    [InlineData("garbage", "it is no access token"), InlineData("unknown", "is unknown"), InlineData("refresh", "it is no access token"), InlineData("changed", "it is no access token"), InlineData("forged", "wrong secret half")]
    [InlineData("expired", "expired at"), InlineData("revoked", "was revoked at"), InlineData("signed out", "family was revoked"), InlineData("client disabled", "deleted or disabled"), InlineData("other audience", "not for this app's own API")]
    [Trait("SR", "SR-070"), Trait("SR", "SR-082"), Trait("SR", "SR-199"), Trait("SR", "SR-200")]
    public async Task Whatever_is_wrong_with_a_token_the_client_hears_invalid_token_and_the_operator_why(string fault, string reason)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var provider = await TestProvider.StartAsync(
            options => options.Resources.Add(new() { Identifier = "https://other.example", AccessTokenFormat = "reference" }), map: Api.Map);
        var client = await provider.AddClientAsync();
        var answer = await client.PasswordAsync();
        var token = answer.AccessToken;
        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/me", token)).StatusCode);
        switch (fault)
        {
            case "garbage": token = "abc"; break;
            case "unknown": token = Handle.New("gta_").Reveal(); break;
            case "refresh": token = answer.RefreshToken; break;
            case "changed": token = token[..30] + (token[30] == 'A' ? 'B' : 'A') + token[31..]; break;
            case "forged": token = Forge(token); break;
            case "expired": provider.Clock.Advance(TimeSpan.FromSeconds(3600)); break;
            case "revoked": await client.RevokeAsync(token); break;
            case "signed out": await client.RevokeAsync(answer.RefreshToken); break;
            case "other audience": token = (await client.PasswordAsync(("resource", "https://other.example"))).AccessToken; break;
            default:
                await provider.Get<IClientStore>().TryUpdateAsync(client.Client with { Enabled = false }, ct);
                await provider.Get<ClientCache>().RefreshAsync(ct);
                break;
        }

        var response = await provider.CallAsync("GET", "/me", token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer realm=\"gatehouse\", error=\"invalid_token\", error_description=\"the access token is unknown, expired or revoked\"", response.Challenge());
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1501 && line.Message.Contains(reason, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(provider.Logs.LinesThatMention(answer.AccessToken, answer.RefreshToken, client.Secret));
    }

    /// <summary>The id of a real token with a secret of our own, and a right checksum.</summary>
    private static string Forge(string token)
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(4));
        bytes[20] ^= 1;
        return Handle.Of("gta_", bytes.AsSpan(0, 9), bytes.AsSpan(9, 32)).Reveal();
    }

    [Fact]
    public async Task A_missing_scope_is_forbidden_and_named()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);
        var token = (await (await provider.AddClientAsync()).PasswordAsync(("scope", "notes.read"))).AccessToken;

        var response = await provider.CallAsync("POST", "/write", token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("Bearer realm=\"gatehouse\", error=\"insufficient_scope\", error_description=\"the token lacks a scope that this needs\", scope=\"notes.write\"", response.Challenge());
        Assert.Equal("read", await (await provider.CallAsync("GET", "/read", token)).TextAsync());
    }

    [Fact]
    public async Task What_no_scope_would_heal_is_forbidden_without_a_challenge()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        var response = await provider.CallAsync("GET", "/admin", token);

        Assert.Equal((HttpStatusCode.Forbidden, ""), (response.StatusCode, response.Challenge()));
    }

    [Fact]
    [Trait("SR", "SR-078")]
    public async Task A_client_that_acts_for_itself_is_no_user()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);
        var token = (await (await provider.AddClientAsync("1")).TokenAsync(("grant_type", "client_credentials"))).AccessToken;

        Assert.Equal("Gatehouse:\nclient_id=1\nscope=notes.read notes.write", await (await provider.CallAsync("GET", "/me", token)).TextAsync());
    }

    [Fact]
    public async Task Signing_out_revokes_what_was_presented_and_its_refresh_token()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);
        var client = await provider.AddClientAsync();
        var (mine, other) = (await client.PasswordAsync(), await client.PasswordAsync());

        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("POST", "/sign-out", mine.AccessToken)).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await provider.CallAsync("GET", "/me", mine.AccessToken)).StatusCode);
        (await client.RefreshAsync(mine.RefreshToken)).IsRefused(400, "invalid_grant");
        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/me", other.AccessToken)).StatusCode);
    }

    [Fact]
    public async Task A_call_costs_one_round_trip_to_the_store_and_none_without_a_token()
    {
        StoreWatch store = null!;
        await using var provider = await TestProvider.StartAsync(services: services => store = Api.Watch(services), map: Api.Map);
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        var before = store.Calls;
        Assert.Equal("read", await (await provider.CallAsync("GET", "/read", token)).TextAsync());
        var one = store.Calls - before;
        await provider.CallAsync("GET", "/read");
        await provider.CallAsync("GET", "/read", "abc");
        await provider.CallAsync("GET", "/read", null, ("Authorization", "Basic YTpi"));

        Assert.Equal((1, 1), (one, store.Calls - before));
    }

    [Fact]
    public async Task While_the_store_is_down_a_token_is_neither_good_nor_bad()
    {
        StoreWatch store = null!;
        await using var provider = await TestProvider.StartAsync(services: services => store = Api.Watch(services), map: Api.Map);
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        store.IsDown = true;
        var down = await provider.CallAsync("GET", "/me", token);
        store.IsDown = false;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1", ""), (down.StatusCode, down.Headers.RetryAfter?.ToString(), down.Challenge()));
        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/me", token)).StatusCode);
    }

    [Fact]
    public async Task While_the_store_is_down_signing_out_fails_loudly_even_where_no_user_is_required()
    {
        StoreWatch store = null!;
        await using var provider = await TestProvider.StartAsync(
            services: services => store = Api.Watch(services),
            map: app => app.MapPost("/bye", (Microsoft.AspNetCore.Http.HttpContext http) => Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions.SignOutAsync(http)));
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        store.IsDown = true;
        await Assert.ThrowsAsync<IOException>(() => provider.CallAsync("POST", "/bye", token));
        store.IsDown = false;

        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("POST", "/bye", token)).StatusCode);
    }

    [Fact]
    public async Task A_bad_token_does_not_close_what_is_open_to_all()
    {
        await using var provider = await TestProvider.StartAsync(map: Api.Map);

        Assert.Equal("nobody", await (await provider.CallAsync("GET", "/any", "abc")).TextAsync());
    }

    [Fact]
    public async Task Base64_around_a_token_is_taken_off_for_clients_of_pyramid_only()
    {
        await using var pyramid = await TestProvider.StartAsync(options => options.UsePyramidCompatibility(), map: Api.Map);
        await using var strict = await TestProvider.StartAsync(map: Api.Map);
        foreach (var (provider, wrapped) in new[] { (pyramid, HttpStatusCode.OK), (strict, HttpStatusCode.Unauthorized) })
        {
            var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

            Assert.Equal(wrapped, (await provider.CallAsync("GET", "/me", Convert.ToBase64String(Encoding.ASCII.GetBytes(token)))).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/me", token)).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await provider.CallAsync("GET", "/me", Convert.ToBase64String("other"u8))).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await provider.CallAsync("GET", "/me", Convert.ToBase64String([0xFF, 0, 10]))).StatusCode);
        }
    }

    [Fact]
    public async Task Head_and_options_and_preflights_work_as_without_us()
    {
        await using var provider = await TestProvider.StartAsync(
            services: services =>
            {
                services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins("https://spa.example").AllowAnyHeader().AllowAnyMethod()));
                services.AddSingleton<IStartupFilter>(new CorsFirst());
            },
            map: app =>
            {
                Api.Map(app);
                app.MapMethods("/head", ["GET", "HEAD"], () => "text").RequireScope("notes.read");
            });
        var token = (await (await provider.AddClientAsync()).PasswordAsync()).AccessToken;

        var head = await provider.CallAsync("HEAD", "/head", token);
        var refused = await provider.CallAsync("HEAD", "/head");
        var preflight = await provider.CallAsync("OPTIONS", "/write", null,
            ("Origin", "https://spa.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"));
        var options = await provider.CallAsync("OPTIONS", "/write");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (head.StatusCode, refused.StatusCode));
        Assert.Equal((HttpStatusCode.NoContent, "authorization"), (preflight.StatusCode, string.Join(',', preflight.Headers.GetValues("Access-Control-Allow-Headers"))));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, options.StatusCode);
    }

    private sealed class CorsFirst : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.UseCors();
            next(app);
        };
    }
}
