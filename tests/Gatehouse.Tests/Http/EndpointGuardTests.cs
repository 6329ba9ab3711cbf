using System.Net;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Http;

/// <summary>What is true of every endpoint: its methods, https, and no story told to strangers.</summary>
public sealed class EndpointGuardTests
{
    [Theory, InlineData("192.0.2.1", 200), InlineData("192.0.2.2", 400)]
    [Trait("SR", "SR-244")]
    public async Task A_proxy_is_believed_once_the_app_says_that_it_is_its_own(string proxy, int status)
    {
        await using var provider = await TestProvider.StartAsync(map: app =>
        {
            app.Use((http, next) =>
            {
                http.Connection.RemoteIpAddress = IPAddress.Parse(proxy);
                return next(http);
            });
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
            forwarded.KnownProxies.Add(IPAddress.Parse("192.0.2.1"));
            app.UseForwardedHeaders(forwarded);
        });
        var client = await provider.AddClientAsync();
        provider.Http.BaseAddress = new("http://app.example");
        provider.Http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        provider.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.7");

        Assert.Equal(status, (await client.PasswordAsync()).Status);
        if (status == 400) Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1003 && line.Message.Contains(proxy, StringComparison.Ordinal));
    }

    [Theory, InlineData("/oauth2/token"), InlineData("/oauth2/introspect"), InlineData("/oauth2/revoke"), InlineData("/oauth2/jwks"), InlineData("/oauth2/authorize"), InlineData("/.well-known/oauth-authorization-server")]
    [Trait("SR", "SR-244")]
    public async Task No_endpoint_answers_plain_http_nor_redirects_to_https(string path)
    {
        await using var provider = await TestProvider.StartAsync();
        var client = await provider.AddClientAsync();
        provider.Http.BaseAddress = new("http://app.example");

        var response = path is "/oauth2/token" or "/oauth2/introspect" or "/oauth2/revoke"
            ? await client.PostAsync(path, ("grant_type", "client_credentials"), ("token", "x"))
            : await provider.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Null(response.Headers.Location);
    }

    [Fact]
    public async Task A_client_that_went_away_is_no_outage()
    {
        var users = new WaitingUsers();
        await using var provider = await TestProvider.StartAsync(services: services => services.AddSingleton<IUserAuthenticator>(users));
        var client = await provider.AddClientAsync();
        using var patience = new CancellationTokenSource();
        var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "password"), KeyValuePair.Create("username", "alice"), KeyValuePair.Create("password", "wonderland")]),
        };
        request.Headers.TryAddWithoutValidation("Authorization", client.Basic);

        var sending = provider.Http.SendAsync(request, patience.Token);
        await users.Asked.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await users.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(provider.Logs.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    [Trait("SR", "SR-225")]
    public async Task A_bug_in_the_apps_own_code_is_an_outage_that_tells_strangers_nothing()
    {
        await using var provider = await TestProvider.StartAsync(services: services => services.AddScoped<IUserAuthenticator, BrokenUsers>());
        var client = await provider.AddClientAsync();

        var answer = await client.PasswordAsync();

        answer.IsRefused(503, "temporarily_unavailable");
        Assert.DoesNotContain("alice", answer.Body, StringComparison.Ordinal);
        var line = Assert.Single(provider.Logs.Lines, line => line.Level == LogLevel.Error);
        Assert.Equal(1001, line.Event.Id);
        Assert.IsType<InvalidOperationException>(line.Exception);
    }

    private sealed class WaitingUsers : IUserAuthenticator
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct)
        {
            Asked.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, ct);
            }
            finally
            {
                Cancelled.SetResult();
            }
            return UserAuthentication.Failed;
        }
    }

    private sealed class BrokenUsers : IUserAuthenticator
    {
        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) => throw new InvalidOperationException($"There is no table for {userName}.");
    }
}
