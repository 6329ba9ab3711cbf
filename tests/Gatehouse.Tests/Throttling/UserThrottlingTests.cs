using System.Net;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Throttling;

/// <summary>RFC 6819 §4.4.3.6: guessing passwords gets slower and slower, for everybody who guesses and for nobody else.</summary>
public sealed class UserThrottlingTests
{
    [Fact]
    [Trait("SR", "SR-077")]
    [Trait("SR", "SR-223")]
    public async Task After_five_wrong_passwords_each_attempt_waits_twice_as_long()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        for (var i = 0; i < 5; i++) (await GuessAsync(client)).IsRefused(400, "invalid_grant");

        foreach (var delay in new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900 })
        {
            var refused = await GuessAsync(client);
            refused.IsRefused(429, "temporarily_unavailable");
            Assert.Equal(TimeSpan.FromSeconds(delay), refused.Headers.RetryAfter!.Delta);
            provider.Clock.Advance(TimeSpan.FromSeconds(delay) - TimeSpan.FromMilliseconds(1));
            // Not even the right password tells anything before its time.
            (await client.PasswordAsync()).IsRefused(429, "temporarily_unavailable");
            provider.Clock.Advance(TimeSpan.FromMilliseconds(1));
            (await GuessAsync(client)).IsRefused(400, "invalid_grant");
        }
        Assert.Equal(5 + 12, provider.Users.Checks);
    }

    [Fact]
    [Trait("SR", "SR-223")]
    public async Task Other_users_are_not_held_up_and_success_clears()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        for (var i = 0; i < 5; i++) await GuessAsync(client);
        (await client.PasswordAsync()).IsRefused(429, "temporarily_unavailable");

        Assert.Equal(200, (await client.TokenAsync(("grant_type", "password"), ("username", "bob"), ("password", "looking-glass"))).Status);
        provider.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await client.PasswordAsync()).Status);
        for (var i = 0; i < 5; i++) (await GuessAsync(client)).IsRefused(400, "invalid_grant");
        (await GuessAsync(client)).IsRefused(429, "temporarily_unavailable");
    }

    [Fact]
    [Trait("SR", "SR-221")]
    public async Task A_user_who_does_not_exist_locks_out_just_the_same()
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();

        async Task<List<(int, string, TimeSpan?)>> SeenAsync(string user)
        {
            var seen = new List<(int, string, TimeSpan?)>();
            for (var i = 0; i < 7; i++)
                if (await GuessAsync(client, user) is var answer) seen.Add((answer.Status, answer.Body, answer.Headers.RetryAfter?.Delta));
            return seen;
        }

        Assert.Equal(await SeenAsync("alice"), await SeenAsync("nobody"));
    }

    [Theory, InlineData("ALICE"), InlineData(" alice "), InlineData("Alice")]
    [Trait("SR", "SR-224")]
    public async Task Two_spellings_of_one_name_are_one_counter(string spelling)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        for (var i = 0; i < 5; i++) await GuessAsync(client, i % 2 == 0 ? "alice" : spelling);

        (await client.PasswordAsync()).IsRefused(429, "temporarily_unavailable");
    }

    [Fact]
    [Trait("SR", "SR-223")]
    public async Task A_thousand_guesses_sent_at_once_are_counted_as_if_they_came_one_by_one()
    {
        var users = new SlowUsers();
        await using var provider = await TestProvider.StartAsync(
            options =>
            {
                options.Throttling.FreeAttemptsPerAddress = 0;
                // All of them are to come in.
                options.Limits.Requests = 0;
            },
            services => services.AddSingleton<IUserAuthenticator>(users));
        var client = await provider.AddClientAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Task.Run(() => GuessAsync(client))));

        Assert.Equal((5, 995), (answers.Count(answer => answer.Status == 400), answers.Count(answer => answer.Status == 429)));
        Assert.Equal(5, users.Checks);
    }

    [Fact]
    public async Task Failures_are_forgotten_after_a_while_of_peace()
    {
        await using var provider = await TestProvider.StartAsync(options => options.Throttling.ForgetAfter = TimeSpan.FromHours(1));
        var client = await provider.AddClientAsync();
        for (var i = 0; i < 4; i++) await GuessAsync(client);

        provider.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));

        for (var i = 0; i < 5; i++) (await GuessAsync(client)).IsRefused(400, "invalid_grant");
        (await GuessAsync(client)).IsRefused(429, "temporarily_unavailable");
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true), InlineData("192.0.2.1", "::ffff:192.0.2.1", true), InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [Trait("SR", "SR-223")]
    public async Task One_source_is_counted_over_all_users_and_an_IPv6_source_is_its_64(string guesser, string other, bool waits)
    {
        await using var provider = await TestProvider.StartAsync(options => options.Throttling.FreeAttemptsPerAddress = 3, map: Addresses.FromHeader);
        var client = await provider.AddClientAsync();
        provider.Http.DefaultRequestHeaders.Add(Addresses.Header, guesser);
        for (var i = 0; i < 3; i++) (await GuessAsync(client, "user" + i)).IsRefused(400, "invalid_grant");

        provider.Http.DefaultRequestHeaders.Remove(Addresses.Header);
        provider.Http.DefaultRequestHeaders.Add(Addresses.Header, other);

        Assert.Equal(waits ? 429 : 200, (await client.PasswordAsync()).Status);
    }

    /// <summary>A password hash takes its time, and that is the window in which uncounted guesses would slip through.</summary>
    private sealed class SlowUsers : IUserAuthenticator
    {
        public int Checks;

        public async ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct)
        {
            Interlocked.Increment(ref Checks);
            await Task.Delay(200, ct);
            return UserAuthentication.Failed;
        }
    }

    private static Task<Answer> GuessAsync(TestClient client, string user = "alice") => client.TokenAsync(("grant_type", "password"), ("username", user), ("password", "guess"));
}

/// <summary>Lets a test say where its requests come from.</summary>
internal static class Addresses
{
    public const string Header = "X-Test-Address";

    public static void FromHeader(WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request.Headers[Header] is [{ } address]) http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return next(http);
    });
}
