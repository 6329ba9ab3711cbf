using System.Collections.Concurrent;
using System.Net;
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Http;

/// <summary>
/// Three times as many requests as a node can serve, over real connections. What it can serve is fixed: so many users are looked up in each round, and the rounds are the test's. So the machine decides nothing here, and time is counted
/// in rounds.
/// </summary>
public sealed class OverloadTests
{
    private const int Capacity = 8, Rounds = 15;

    /// <summary>Nobody is there any more for an answer that took longer.</summary>
    private const int Patience = 4;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_times_what_a_node_can_do_costs_those_who_are_refused_and_nobody_else()
    {
        await using var node = await Node.StartAsync(limits => (limits.Requests, limits.WaitingRequests) = (Capacity, Capacity));
        for (var i = 0; i < 4; i++) await node.RoundAsync(Capacity);
        Assert.All(await node.FinishAsync(), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));

        for (var i = 0; i < Rounds; i++) await node.RoundAsync(3 * Capacity);
        var (served, refused) = Split(await node.FinishAsync());
        Assert.Equal(3 * Capacity * Rounds, served.Count + refused.Count);
        var inTime = served.Count(answer => answer.Rounds <= Patience);
        Assert.True(inTime >= 0.8 * Capacity * Rounds, $"{inTime} of {Capacity * Rounds} were answered in time.");
        Assert.All(refused, answer =>
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (answer.Status, answer.RetryAfter));
            Assert.Contains("\"temporarily_unavailable\"", answer.Body, StringComparison.Ordinal);
        });

        // And it is over when they are gone.
        for (var i = 0; i < 4; i++) await node.RoundAsync(Capacity);
        Assert.All(await node.FinishAsync(), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    /// <summary>However many wait: the newest is next. Oldest first, all would soon have waited for too long.</summary>
    [Fact]
    public async Task A_long_line_does_not_keep_those_who_have_just_come_from_being_answered_in_time()
    {
        await using var node = await Node.StartAsync(limits => (limits.Requests, limits.WaitingRequests) = (Capacity, 1000));
        for (var i = 0; i < Rounds; i++) await node.RoundAsync(3 * Capacity);
        var (served, refused) = Split(await node.FinishAsync());
        Assert.Empty(refused);
        var inTime = served.Count(answer => answer.Rounds <= Patience);
        Assert.True(inTime >= 0.8 * Capacity * Rounds, $"{inTime} of {Capacity * Rounds} were answered in time.");
    }

    /// <summary>What the limits are for, and that the rule above can fail: without them everybody is served, and hardly anybody in time.</summary>
    [Fact]
    public async Task Without_limits_hardly_anybody_is_answered_in_time()
    {
        await using var node = await Node.StartAsync(limits => limits.Requests = 0);
        for (var i = 0; i < Rounds; i++) await node.RoundAsync(3 * Capacity);
        var (served, refused) = Split(await node.FinishAsync());
        Assert.Empty(refused);
        Assert.True(served.Count(answer => answer.Rounds <= Patience) < 0.8 * Capacity * Rounds);
        Assert.True(served.Max(answer => answer.Rounds) > 2 * Rounds);
    }

    private static (List<Answered> Served, List<Answered> Refused) Split(List<Answered> answers) =>
        ([.. answers.Where(answer => answer.Status == HttpStatusCode.OK)], [.. answers.Where(answer => answer.Status != HttpStatusCode.OK)]);

    /// <param name="Rounds">How many were begun from the request to its answer.</param>
    private sealed record Answered(HttpStatusCode Status, TimeSpan? RetryAfter, string Body, int Rounds);

    /// <summary>An app on Kestrel, and its clients.</summary>
    private sealed class Node(WebApplication app, string secret) : IAsyncDisposable
    {
        private readonly HttpClient http = new() { BaseAddress = new(app.Urls.Single()), Timeout = TimeSpan.FromMinutes(1) };
        private readonly Lookups lookups = app.Services.GetRequiredService<Lookups>();
        private readonly Admission admission = app.Services.GetRequiredService<Admission>();
        private readonly List<Task<Answered>> sent = [];
        private int round, answered;

        public static async Task<Node> StartAsync(Action<LimitOptions> limit)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Services.AddSingleton<Lookups>();
            builder.Services.AddGatehouse(options =>
            {
                (options.Issuer, options.RequireHttps, options.Limits.PasswordChecks) = (TestProvider.Issuer, false, 0);
                (options.Throttling.FreeAttemptsPerUser, options.Throttling.FreeAttemptsPerClient, options.Throttling.FreeAttemptsPerAddress) = (0, 0, 0);
                // The rounds are the clock here.
                options.Limits.WaitingTime = TimeSpan.FromMinutes(1);
                limit(options.Limits);
            }).UseInMemoryStores().AddUserAuthenticator<Users>();
            var app = builder.Build();
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGatehouse();
            await app.StartAsync(Ct);
            var stored = ClientSecret.New(TimeProvider.System.GetUtcNow(), expiresAt: null, out var secret);
            var client = new Client { Id = "app", TokenEndpointAuthMethod = "client_secret_post", GrantTypes = ["password"], Secrets = [stored] };
            Assert.True(await app.Services.GetRequiredService<IClientStore>().TryCreateAsync(client, Ct));
            return new(app, secret);
        }

        /// <summary>So many come, and when each of them is where it can get to, as many are served as can be.</summary>
        public async Task RoundAsync(int requests)
        {
            round++;
            for (var i = 0; i < requests; i++) sent.Add(SendAsync());
            await Eventually.TrueAsync(() => Task.FromResult(AreAllSettled()));
            lookups.Serve(Capacity);
        }

        // In the order opposite to a request's, so that none is counted twice. One that is on its way from here to there is counted nowhere, and waited for; so is a place that is about to be given to one that waits for it.
        private bool AreAllSettled()
        {
            var (done, inside, queued) = (Volatile.Read(ref answered), lookups.Waiting, admission.Now.Waiting);
            return done + inside + queued == sent.Count && (queued == 0 || inside == Capacity);
        }

        /// <summary>Nobody comes any more, and what is there is served. Returns what came of all requests until now.</summary>
        public async Task<List<Answered>> FinishAsync()
        {
            while (Volatile.Read(ref answered) < sent.Count) await RoundAsync(0);
            List<Answered> all = [.. await Task.WhenAll(sent)];
            sent.Clear();
            answered = 0;
            return all;
        }

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await app.DisposeAsync();
        }

        private async Task<Answered> SendAsync()
        {
            var began = round;
            using var form = new FormUrlEncodedContent([new("grant_type", "password"), new("username", "alice"), new("password", "wonderland"), new("client_id", "app"), new("client_secret", secret)]);
            using var response = await http.PostAsync(new Uri("/oauth2/token", UriKind.Relative), form, Ct);
            var body = await response.Content.ReadAsStringAsync(Ct);
            Interlocked.Increment(ref answered);
            return new(response.StatusCode, response.Headers.RetryAfter?.Delta, body, round - began + 1);
        }
    }

    /// <summary>Where the time goes: a directory that answers so many at a time, the oldest first.</summary>
    private sealed class Lookups
    {
        private readonly ConcurrentQueue<TaskCompletionSource> waiting = new();

        public int Waiting => waiting.Count;

        public Task TakeTurnAsync()
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
            return turn.Task;
        }

        public void Serve(int count)
        {
            while (count-- > 0 && waiting.TryDequeue(out var turn)) turn.SetResult();
        }
    }

    private sealed class Users(Lookups lookups) : IUserAuthenticator
    {
        public async ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct)
        {
            await lookups.TakeTurnAsync();
            return UserAuthentication.Success("1");
        }
    }
}
