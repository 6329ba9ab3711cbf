using System.Net;
using Gatehouse.Http;
using Gatehouse.Storage;
using Gatehouse.Tests.Authorize;
using Gatehouse.Tests.Bearer;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Http;

/// <summary>Where a request is refused: while routing, before anything is done for it; and only if it is Gatehouse's.</summary>
public sealed class SheddingTests
{
    private readonly Occupant occupant = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("SR", "SR-225")]
    public async Task A_refusal_asks_neither_the_store_nor_anybody_in_the_apps_pipeline()
    {
        var (watch, asked) = (new StoreWatch(), 0);
        await using var provider = await StartAsync(
            services: services => services.AddSingleton(watch.Wrap(new InMemoryProtocolStore())),
            map: app => app.Use((http, next) =>
            {
                asked++;
                return next(http);
            }));
        var client = await provider.AddClientAsync();
        var token = (await client.TokenAsync(("grant_type", "client_credentials"))).AccessToken;
        await FillAsync(provider, client);

        var (calls, before) = (watch.Calls, asked);
        using var refused = await provider.CallAsync("GET", "/oauth2/userinfo", token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal((calls, before), (watch.Calls, asked));
        // While it can be served, both are asked.
        occupant.Leave();
        await Eventually.TrueAsync(() => Task.FromResult(provider.Get<Admission>().Now.Free == 1));
        using var served = await provider.CallAsync("GET", "/oauth2/userinfo", token);
        Assert.True(watch.Calls > calls && asked > before);
    }

    [Fact]
    public async Task A_refusal_does_not_wait_for_the_rest_of_the_request()
    {
        await using var provider = await StartAsync();
        var client = await provider.AddClientAsync();
        await FillAsync(provider, client);
        using var endless = new Endless();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token") { Content = endless };
        using var refused = await provider.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        occupant.Leave();
    }

    [Fact]
    public async Task A_page_of_a_client_can_read_that_it_should_come_back()
    {
        await using var provider = await StartAsync();
        await FillAsync(provider, await provider.AddClientAsync());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token");
        request.Headers.Add("Origin", "https://client.example");
        using var refused = await provider.Http.SendAsync(request, Ct);
        (await Answer.OfAsync(refused)).IsRefused(503, "temporarily_unavailable");
        Assert.Equal("*", refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
        occupant.Leave();
    }

    [Theory, InlineData("/auth/oauth2/token", 503), InlineData("/AUTH/oauth2/token/", 503), InlineData("/auth/oauth2/introspect", 503), InlineData("/auth/oauth2/jwks", 200), InlineData("/auth/mine", 200), InlineData("/auth/oauth2/nothing", 404)]
    public async Task What_is_refused_is_found_below_the_apps_own_prefix(string path, int status)
    {
        await using var provider = await StartAsync(map: app =>
        {
            var group = app.MapGroup("/auth");
            group.MapGatehouse();
            group.MapGet("/mine", () => "mine");
        });
        await FillAsync(provider, await provider.AddClientAsync());
        using var response = await provider.Http.GetAsync(new Uri(path, UriKind.Relative), Ct);
        Assert.Equal(status, (int)response.StatusCode);
        occupant.Leave();
    }

    [Fact]
    public async Task And_behind_a_base_path()
    {
        await using var provider = await StartAsync(services: services => services.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter>(new Before(app => app.UsePathBase("/base"))));
        await FillAsync(provider, await provider.AddClientAsync());
        foreach (var path in new[] { "/base/oauth2/token", "/oauth2/token" })
            using (var response = await provider.PostAsync(path, null))
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        occupant.Leave();
    }

    [Fact]
    public async Task The_apps_own_endpoints_and_its_page_in_the_place_of_ours_are_served()
    {
        await using var provider = await StartAsync(map: app =>
        {
            app.MapGet("/oauth2/apps", () => "the app's own");
            app.MapGet("/oauth2/token", () => "of another host").RequireHost("other.example");
            app.MapGet("/free", () => "free");
        });
        await FillAsync(provider, await provider.AddClientAsync());
        Assert.Equal("the app's own", await provider.Http.GetStringAsync(new Uri("/oauth2/apps", UriKind.Relative), Ct));
        Assert.Equal("free", await provider.Http.GetStringAsync(new Uri("/free", UriKind.Relative), Ct));
        Assert.Equal("of another host", await provider.Http.GetStringAsync(new Uri("https://other.example/oauth2/token"), Ct));
        using var ours = await provider.PostAsync("/oauth2/token", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ours.StatusCode);
        occupant.Leave();
    }

    [Fact]
    public async Task Nobody_waits_for_a_place_longer_than_the_waiting_time()
    {
        await using var provider = await StartAsync(options => (options.Limits.WaitingRequests, options.Limits.WaitingTime) = (10, TimeSpan.FromSeconds(2)));
        var client = await provider.AddClientAsync();
        await FillAsync(provider, client);
        var waiting = client.TokenAsync(("grant_type", "client_credentials"));
        await Eventually.TrueAsync(() => Task.FromResult(provider.Get<Admission>().Now.Waiting == 1));
        provider.Clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, provider.Get<Admission>().Now.Waiting);
        provider.Clock.Advance(TimeSpan.FromSeconds(0.2));
        (await waiting).IsRefused(503, "temporarily_unavailable");
        Assert.Equal(0, provider.Get<Admission>().Now.Waiting);
        Assert.Contains(provider.Logs.Lines, line => line.Event.Id == 1011);
        occupant.Leave();
    }

    /// <summary>One timer for all who come within a moment: it counts from the first.</summary>
    [Fact]
    public async Task Who_comes_a_moment_later_waits_no_longer_than_the_waiting_time_either()
    {
        await using var provider = await StartAsync(options => (options.Limits.WaitingRequests, options.Limits.WaitingTime) = (10, TimeSpan.FromSeconds(2)));
        var client = await provider.AddClientAsync();
        await FillAsync(provider, client);
        var waiting = new List<Task<Answer>>();
        for (var moment = 0; moment < 3; moment++)
        {
            waiting.Add(client.TokenAsync(("grant_type", "client_credentials")));
            await Eventually.TrueAsync(() => Task.FromResult(provider.Get<Admission>().Now.Waiting == waiting.Count));
            provider.Clock.Advance(TimeSpan.FromMilliseconds(15));
        }
        // 45 ms so far. The first two share a timer, the third came when that was too old.
        provider.Clock.Advance(TimeSpan.FromMilliseconds(1956));
        foreach (var answer in await Task.WhenAll(waiting[0], waiting[1])) answer.IsRefused(503, "temporarily_unavailable");
        Assert.Equal(1, provider.Get<Admission>().Now.Waiting);
        provider.Clock.Advance(TimeSpan.FromMilliseconds(30));
        (await waiting[2]).IsRefused(503, "temporarily_unavailable");
        occupant.Leave();
    }

    /// <summary>What has just come is still at hand, and so is its client.</summary>
    [Fact]
    public async Task The_newest_of_those_who_wait_is_next()
    {
        await using var provider = await StartAsync(options => options.Limits.WaitingRequests = 10);
        var client = await provider.AddClientAsync();
        await FillAsync(provider, client);
        var waiting = new List<Task<Answer>>();
        foreach (var name in new[] { "first", "second", "third" })
        {
            waiting.Add(client.TokenAsync(("grant_type", "password"), ("username", name), ("password", "wonderland")));
            await Eventually.TrueAsync(() => Task.FromResult(provider.Get<Admission>().Now.Waiting == waiting.Count));
        }
        occupant.Leave();
        foreach (var answer in await Task.WhenAll(waiting)) Assert.Equal(200, answer.Status);
        Assert.Equal(["alice", "third", "second", "first"], occupant.Visitors);
    }

    [Fact]
    public async Task Who_is_gone_when_the_turn_comes_is_not_served()
    {
        await using var provider = await StartAsync(options => options.Limits.WaitingRequests = 10);
        var client = await provider.AddClientAsync();
        await FillAsync(provider, client);
        using var leaving = new CancellationTokenSource();
        using var form = new FormUrlEncodedContent([new("grant_type", "password"), new("username", "alice"), new("password", "wonderland")]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token") { Content = form };
        request.Headers.Add("Authorization", client.Basic);
        var waiting = provider.Http.SendAsync(request, leaving.Token);
        await Eventually.TrueAsync(() => Task.FromResult(provider.Get<Admission>().Now.Waiting == 1));
        await leaving.CancelAsync();

        occupant.Leave();
        await Eventually.TrueAsync(() => Task.FromResult(provider.Get<Admission>().Now is { Waiting: 0, Free: 1 }));
        Assert.Equal(1, occupant.Visits);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        // Whoever is still there is.
        Assert.Equal(200, (await client.PasswordAsync()).Status);
        Assert.Equal(2, occupant.Visits);
    }

    [Fact]
    public void A_waiting_time_that_is_none_stops_the_app_with_its_name()
    {
        Assert.Contains("Gatehouse:Limits:WaitingTime", Assert.Single(new LimitOptions { WaitingTime = TimeSpan.Zero }.Problems()), StringComparison.Ordinal);
        Assert.Empty(new LimitOptions { WaitingTime = TimeSpan.FromMinutes(1) }.Problems());
    }

    /// <summary>The one place is taken until the occupant leaves, and none waits.</summary>
    private async Task FillAsync(TestProvider provider, TestClient client)
    {
        // Whoever was answered before may still be on the way out.
        await Eventually.TrueAsync(() => Task.FromResult(provider.Get<Admission>().Now.Free == 1));
        _ = client.PasswordAsync();
        await Eventually.TrueAsync(() => Task.FromResult(occupant.IsIn && provider.Get<Admission>().Now.Free == 0));
    }

    private Task<TestProvider> StartAsync(Action<GatehouseOptions>? configure = null, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null) => Browser.StartAppAsync(
        options =>
        {
            (options.Limits.Requests, options.Limits.WaitingRequests) = (1, 0);
            configure?.Invoke(options);
        },
        all =>
        {
            all.AddSingleton<IUserAuthenticator>(occupant);
            services?.Invoke(all);
        },
        map);

    private sealed class Before(Action<IApplicationBuilder> add) : Microsoft.AspNetCore.Hosting.IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            add(app);
            next(app);
        };
    }

    private sealed class Occupant : IUserAuthenticator
    {
        private readonly TaskCompletionSource leave = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsIn => Visits > 0;

        public int Visits => Visitors.Count;

        /// <summary>One after the other: there is one place.</summary>
        public List<string> Visitors { get; } = [];

        public void Leave() => leave.SetResult();

        public async ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct)
        {
            Visitors.Add(userName);
            await leave.Task.WaitAsync(ct);
            return UserAuthentication.Success("1");
        }
    }

    /// <summary>A body that is begun and never ends.</summary>
    private sealed class Endless : HttpContent
    {
        private readonly TaskCompletionSource end = new();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("grant_type="u8.ToArray(), Ct);
            await stream.FlushAsync(Ct);
            await end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 1000;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            end.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
