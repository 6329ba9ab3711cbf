using System.Net;
using Gatehouse.Pages;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Tests.Bearer;
using Gatehouse.Throttling;
using Gatehouse.Users;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Http;

/// <summary>Too much to do: so many are worked on, so many wait, and the rest is refused at once.</summary>
public sealed class AdmissionTests
{
    private readonly SlowUsers users = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("SR", "SR-225")]
    public async Task No_more_are_worked_on_than_may_and_who_comes_on_top_is_refused_at_once()
    {
        await using var provider = await StartAsync(limits => (limits.Requests, limits.WaitingRequests, limits.WaitingTime) = (2, 1, TimeSpan.FromMinutes(1)));
        var client = await provider.AddClientAsync();
        var inside = new[] { client.PasswordAsync(), client.PasswordAsync() };
        await UntilAsync(() => users.Inside == 2);
        var waiting = client.PasswordAsync();
        await UntilAsync(() => provider.Get<Gatehouse.Http.Admission>().Now.Waiting == 1);

        for (var i = 0; i < 3; i++)
        {
            var refused = await client.TokenAsync(("grant_type", "client_credentials"));
            refused.IsRefused(503, "temporarily_unavailable");
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        }
        Assert.Equal(2, users.Inside);
        // One line for all of them, until a while has passed.
        Assert.Single(Said(provider, 1011));
        provider.Clock.Advance(TimeSpan.FromSeconds(11));
        (await client.TokenAsync(("grant_type", "client_credentials"))).IsRefused(503, "temporarily_unavailable");
        Assert.Contains("2 more", Said(provider, 1011)[1].Message, StringComparison.Ordinal);

        users.Go();
        foreach (var answer in await Task.WhenAll([.. inside, waiting])) Assert.Equal(200, answer.Status);
        Assert.Equal(200, (await client.TokenAsync(("grant_type", "client_credentials"))).Status);
    }

    [Fact]
    public async Task What_costs_less_than_a_refusal_is_never_refused()
    {
        await using var provider = await StartAsync(limits => (limits.Requests, limits.WaitingRequests) = (1, 0));
        var client = await provider.AddClientAsync();
        var inside = client.PasswordAsync();
        await UntilAsync(() => users.Inside == 1);

        foreach (var path in new[] { "/oauth2/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server" })
            Assert.Equal(HttpStatusCode.OK, (await provider.Http.GetAsync(new Uri(path, UriKind.Relative), Ct)).StatusCode);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/oauth2/userinfo");
        Assert.Equal(HttpStatusCode.NoContent, (await provider.Http.SendAsync(preflight, Ct)).StatusCode);

        users.Go();
        Assert.Equal(200, (await inside).Status);
    }

    /// <summary>In the user's language, ours even where the app has one of its own: that may need what there is not enough of.</summary>
    [Fact]
    public async Task A_user_gets_a_page_that_says_to_come_back()
    {
        await using var provider = await StartAsync(limits => (limits.Requests, limits.WaitingRequests) = (1, 0), options => options.Pages.Error = typeof(BrokenPage));
        var client = await provider.AddClientAsync();
        var inside = client.PasswordAsync();
        await UntilAsync(() => users.Inside == 1);

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/oauth2/authorize?client_id=app");
            request.Headers.Add("Accept-Language", "de");
            using var response = await provider.Http.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
            Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
            Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Contains("lang=\"de\"", await response.TextAsync(), StringComparison.Ordinal);
        }
        users.Go();
        Assert.Equal(200, (await inside).Status);
    }

    /// <summary>Else a few hundred connections that send a byte a second would shut everybody out.</summary>
    [Fact]
    public async Task Who_sends_slowly_holds_no_place()
    {
        // Whoever has been answered may still be on the way out, so another one may wait for the place.
        await using var provider = await StartAsync(limits => (limits.Requests, limits.WaitingRequests) = (1, 1));
        var client = await provider.AddClientAsync();
        using var slow = new SlowContent("grant_type=client_credentials");
        var sending = provider.PostRawAsync("/oauth2/token", client.Basic, slow);
        await slow.Begun.WaitAsync(TimeSpan.FromSeconds(30), Ct);

        Assert.Equal(200, (await client.TokenAsync(("grant_type", "client_credentials")).WaitAsync(TimeSpan.FromSeconds(30), Ct)).Status);
        slow.Finish();
        Assert.Equal(HttpStatusCode.OK, (await sending).StatusCode);
    }

    [Fact, Trait("SR", "SR-225")]
    public async Task Passwords_keep_nobody_waiting_who_has_none()
    {
        await using var provider = await StartAsync(limits => (limits.PasswordChecks, limits.WaitingPasswordChecks) = (1, 1));
        var client = await provider.AddClientAsync();
        var inside = client.PasswordAsync();
        await UntilAsync(() => users.Inside == 1);
        var waiting = client.PasswordAsync();
        await UntilAsync(() => provider.Get<PasswordGate>().Statistics!.CurrentQueuedCount == 1);
        var refused = await client.PasswordAsync();
        refused.IsRefused(503, "temporarily_unavailable");
        Assert.Equal(1, users.Inside);
        Assert.Single(Said(provider, 1012));
        Assert.Empty(Said(provider, 1001));

        Assert.Equal(200, (await client.TokenAsync(("grant_type", "client_credentials"))).Status);
        users.Go();
        foreach (var answer in await Task.WhenAll(inside, waiting)) Assert.Equal(200, answer.Status);
    }

    [Fact, Trait("SR", "SR-225")]
    public async Task A_store_that_is_full_costs_a_refusal_and_the_log_one_line()
    {
        var store = new FullStore();
        await using var provider = await TestProvider.StartAsync(services: services => services.AddSingleton(store.Wrap(new InMemoryProtocolStore())), map: Api.Map);
        var client = await provider.AddClientAsync();
        var token = (await client.PasswordAsync()).AccessToken;

        store.IsFull = true;
        for (var i = 0; i < 3; i++)
        {
            var refused = await client.PasswordAsync();
            refused.IsRefused(503, "temporarily_unavailable");
            Assert.NotNull(refused.Headers.RetryAfter);
            using var called = await provider.CallAsync("GET", "/me", token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, called.StatusCode);
            Assert.NotNull(called.Headers.RetryAfter);
        }
        Assert.Single(Said(provider, 1012));
        Assert.Empty(Said(provider, 1001, 1502));

        store.IsFull = false;
        Assert.Equal(HttpStatusCode.OK, (await provider.CallAsync("GET", "/me", token)).StatusCode);
    }

    /// <summary>Thousands of stack traces a second are an outage of their own.</summary>
    [Fact]
    public async Task An_outage_is_written_down_once_a_second()
    {
        var watch = new StoreWatch();
        await using var provider = await TestProvider.StartAsync(services: services => services.AddSingleton(watch.Wrap(new InMemoryProtocolStore())));
        var client = await provider.AddClientAsync();
        watch.IsDown = true;
        for (var i = 0; i < 5; i++) (await client.PasswordAsync()).IsRefused(503, "temporarily_unavailable");
        Assert.Single(Said(provider, 1001));
        provider.Clock.Advance(TimeSpan.FromSeconds(2));
        (await client.PasswordAsync()).IsRefused(503, "temporarily_unavailable");
        Assert.Contains("4 more", Said(provider, 1001)[1].Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(-1), InlineData(1_000_001)]
    public void A_limit_that_is_none_stops_the_app_with_its_name(int value)
    {
        Assert.Contains("Gatehouse:Limits:Requests", Assert.Single(new LimitOptions { Requests = value }.Problems()), StringComparison.Ordinal);
        Assert.Empty(new LimitOptions { Requests = 0, WaitingPasswordChecks = 7 }.Problems());
    }

    private static List<LogLine> Said(TestProvider provider, params int[] events) =>
        [.. provider.Logs.Lines.Where(line => events.Contains(line.Event.Id) && line.Category.StartsWith("Gatehouse.", StringComparison.Ordinal))];

    private static Task UntilAsync(Func<bool> holds) => Eventually.TrueAsync(() => Task.FromResult(holds()));

    private Task<TestProvider> StartAsync(Action<LimitOptions> limit, Action<GatehouseOptions>? more = null) => TestProvider.StartAsync(
        options =>
        {
            limit(options.Limits);
            more?.Invoke(options);
        },
        services => services.AddSingleton<IUserAuthenticator>(users));

    /// <summary>Takes its time until it is told to go.</summary>
    private sealed class SlowUsers : IUserAuthenticator
    {
        private readonly TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int inside;

        public int Inside => Volatile.Read(ref inside);

        public void Go() => go.SetResult();

        public async ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct)
        {
            Interlocked.Increment(ref inside);
            await go.Task.WaitAsync(ct);
            return UserAuthentication.Success("1");
        }
    }

    private sealed class BrokenPage : ComponentBase
    {
        [Parameter] public ErrorModel Model { get; set; } = default!;

        protected override void OnInitialized() => throw new InvalidOperationException("It needs a database.");
    }

    private sealed class SlowContent : HttpContent
    {
        private readonly byte[] bytes;
        private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously), finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SlowContent(string form)
        {
            bytes = System.Text.Encoding.ASCII.GetBytes(form);
            Headers.ContentType = new("application/x-www-form-urlencoded");
        }

        public Task Begun => begun.Task;

        public void Finish() => finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, 5));
            await stream.FlushAsync();
            begun.SetResult();
            await finish.Task;
            await stream.WriteAsync(bytes.AsMemory(5));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }

    private sealed class FullStore
    {
        public bool IsFull { get; set; }

        public IProtocolStore Wrap(IProtocolStore inner)
        {
            var proxy = System.Reflection.DispatchProxy.Create<IProtocolStore, Proxy>();
            ((Proxy)(object)proxy).Set(this, inner);
            return proxy;
        }

        internal class Proxy : System.Reflection.DispatchProxy
        {
            private FullStore full = null!;
            private IProtocolStore inner = null!;

            public void Set(FullStore full, IProtocolStore inner) => (this.full, this.inner) = (full, inner);

            protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args) =>
                full.IsFull ? throw new ServerBusyException() : targetMethod!.Invoke(inner, args);
        }
    }
}
