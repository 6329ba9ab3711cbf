using System.Security.Claims;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Grants;

/// <summary>RFC 6749 §4.3, kept for the seed's clients.</summary>
public sealed class PasswordGrantTests
{
    [Fact]
    [Trait("SR", "SR-221")]
    public async Task Unknown_user_wrong_password_and_refused_user_get_the_same_answer()
    {
        await using var provider = await TestProvider.StartAsync(services: services => services.AddScoped<IUserAuthenticator, Refusing>());
        var client = await provider.AddClientAsync();

        var answers = new List<Answer>();
        foreach (var refusal in Enum.GetNames<UserRefusal>().Skip(1))
            answers.Add(await client.TokenAsync(("grant_type", "password"), ("username", refusal), ("password", "x")));

        Assert.Equal(4, answers.Count);
        Assert.All(answers, answer => answer.IsRefused(400, "invalid_grant"));
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(4, provider.Logs.Lines.Where(line => line.Event.Id == 1411).Select(line => line.Message).Distinct().Count());
    }

    [Theory, InlineData("username"), InlineData("password")]
    public async Task A_missing_user_name_or_password_is_an_invalid_request(string missing)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        (string, string)[] all = [("grant_type", "password"), ("username", "alice"), ("password", "wonderland")];

        (await client.TokenAsync([.. all.Where(pair => pair.Item1 != missing)])).IsRefused(400, "invalid_request");
        (await client.TokenAsync([.. all.Select(pair => pair.Item1 == missing ? (missing, "") : pair)])).IsRefused(400, "invalid_request");
    }

    [Fact]
    [Trait("SR", "SR-077")]
    public async Task The_grant_does_not_exist_without_an_authenticator()
    {
        await using var provider = await TestProvider.StartAsync(passwordGrant: false);
        var client = await provider.AddClientAsync();

        (await client.PasswordAsync()).IsRefused(400, "unsupported_grant_type");
    }

    [Fact]
    [Trait("SR", "SR-077")]
    [Trait("SR", "SR-079")]
    public async Task Only_clients_that_list_the_grant_may_try_passwords()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync(change: client => client with { GrantTypes = ["refresh_token", "authorization_code", "client_credentials"] });

        (await client.PasswordAsync()).IsRefused(400, "unauthorized_client");
        Assert.Equal(0, provider.Users.Checks);
    }

    [Fact]
    [Trait("SR", "SR-079")]
    public async Task Scopes_are_those_asked_for_all_by_default_and_never_others()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        async Task<string?> ScopeAsync(Answer tokens) => (await client.IntrospectAsync(tokens.AccessToken)).Member("scope");

        Assert.Equal("notes.read notes.write", await ScopeAsync(await client.PasswordAsync()));
        Assert.Equal("notes.read", await ScopeAsync(await client.PasswordAsync(("scope", "notes.read"))));
        (await client.PasswordAsync(("scope", "notes.read admin"))).IsRefused(400, "invalid_scope");
        var checks = provider.Users.Checks;
        (await client.PasswordAsync(("scope", "admin"))).IsRefused(400, "invalid_scope");
        Assert.Equal(checks, provider.Users.Checks);
    }

    [Theory]
    [Trait("SR", "SR-222")]
    [InlineData(" leading and trailing ")]
    [InlineData("+%26=&;")]
    [InlineData("Å≠Å")]
    [InlineData("pass\r\nword\t")]
    [InlineData("𝄞𝄞𝄞")]
    public async Task The_password_is_checked_exactly_as_it_was_sent(string password)
    {
        await using var provider = await TestProvider.StartAsync(options => options.Throttling.FreeAttemptsPerUser = 0);
        provider.Users.ByName["carol"] = (password, "3");
        var client = await provider.AddClientAsync();
        async Task<int> TryAsync(string attempt) => (await client.TokenAsync(("grant_type", "password"), ("username", "carol"), ("password", attempt))).Status;

        Assert.Equal(200, await TryAsync(password));
        string[] others = [password.Trim(), password + "x", password[..^1], password.ToUpperInvariant(), password.ToLowerInvariant(), password.Replace('+', ' ')];
        foreach (var other in others.Where(other => other != password && other.Length > 0))
            Assert.Equal(400, await TryAsync(other));
    }

    [Theory, InlineData(64), InlineData(4_000), InlineData(60_000)]
    [Trait("SR", "SR-222")]
    public async Task A_long_password_is_neither_cut_nor_refused(int length)
    {
        var password = new string('x', length);
        await using var provider = await TestProvider.StartAsync();
        provider.Users.ByName["carol"] = (password, "3");
        var client = await provider.AddClientAsync();

        Assert.Equal(200, (await client.TokenAsync(("grant_type", "password"), ("username", "carol"), ("password", password))).Status);
        (await client.TokenAsync(("grant_type", "password"), ("username", "carol"), ("password", password + "y"))).IsRefused(400, "invalid_grant");
    }

    [Fact]
    [Trait("SR", "SR-080")]
    public async Task Claims_of_the_app_are_carried_but_override_nothing()
    {
        await using var provider = await TestProvider.StartAsync(
            options => options.Resources.Add(new() { Identifier = "https://api.example" }), services => services.AddScoped<IUserAuthenticator, Claiming>());
        var client = await provider.AddClientAsync();

        var reference = (await client.IntrospectAsync((await client.PasswordAsync()).AccessToken)).Json;
        var jwt = Jwt.PayloadOf((await client.PasswordAsync(("resource", "https://api.example"))).AccessToken);

        foreach (var payload in new[] { reference, jwt })
        {
            Assert.Equal(TestProvider.Issuer, payload.GetProperty("iss").GetString());
            Assert.Equal("1", payload.GetProperty("sub").GetString());
            Assert.Equal("app", payload.GetProperty("client_id").GetString());
            Assert.Equal("notes.read notes.write", payload.GetProperty("scope").GetString());
            Assert.True(payload.GetProperty("exp").GetInt64() - payload.GetProperty("iat").GetInt64() <= 3600);
            Assert.Equal("gold", payload.GetProperty("tier").GetString());
            Assert.Equal(["admin", "writer"], payload.GetProperty("role").EnumerateArray().Select(role => role.GetString()));
            Assert.All(["nbf", "cnf", "act"], name => Assert.False(payload.TryGetProperty(name, out _)));
            Assert.Equal(payload.EnumerateObject().Count(), payload.EnumerateObject().DistinctBy(member => member.Name).Count());
        }
        Assert.Equal(TestProvider.Issuer, reference.GetProperty("aud").GetString());
        Assert.Equal("https://api.example", jwt.GetProperty("aud").GetString());
    }

    [Theory, InlineData(3_599, true), InlineData(3_600, false)]
    public async Task An_access_token_expires_on_the_clock_to_the_second(int seconds, bool active)
    {
        // It is 02:30 on the day on which the clocks of New York skip an hour, at 02:00.
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        var tokens = await client.PasswordAsync();

        provider.Clock.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        provider.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(active, await client.IsActiveAsync(tokens.AccessToken));
    }

    private sealed class Refusing : IUserAuthenticator
    {
        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) => new(UserAuthentication.Refused(Enum.Parse<UserRefusal>(userName)));
    }

    private sealed class Claiming : IUserAuthenticator
    {
        private static readonly string[] Reserved = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope", "cnf", "act", "active", "token_type", "grant_id"];

        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) =>
            new(UserAuthentication.Success(1, [.. Reserved.Select(type => new Claim(type, "forged")), new("tier", "gold"), new("role", "admin"), new("role", "writer")]));
    }
}
