using System.Collections.Concurrent;
using System.Net;
using Gatehouse.Cluster.Network;
using Gatehouse.Cluster.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Cluster.Tests;

/// <summary>What <c>deploy/cluster/nginx.conf</c> does when nodes have too much to do. The nodes are stand-ins: they refuse, or keep who asks waiting, when the test says so.</summary>
public sealed class NginxTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("GET"), InlineData("POST")]
    public async Task Who_is_refused_by_one_node_is_not_sent_on_to_the_next(string method)
    {
        await using var first = await StandIn.StartAsync();
        await using var second = await StandIn.StartAsync();
        first.IsBusy = second.IsBusy = true;
        await using var front = await Front.StartAsync(1, first.Authority, second.Authority);
        for (var i = 1; i <= 4; i++)
        {
            using var refused = await front.SendAsync(method);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            // In turn, and none of them is taken for dead because it was busy.
            Assert.Equal(i, first.Asked + second.Asked);
            Assert.InRange(first.Asked - second.Asked, -1, 1);
        }
    }

    /// <summary>By all workers together, which is what the zone is for: each would let in as many by itself.</summary>
    [Fact]
    public async Task With_max_conns_no_more_come_to_a_node_and_the_next_is_told_so_without_asking_it()
    {
        await using var node = await StandIn.StartAsync();
        await using var front = await Front.StartAsync(workers: 4, node.Authority + " max_conns=3");
        var inside = Enumerable.Range(0, 3).Select(_ => front.SendAsync("POST", "/stay")).ToList();
        for (var waited = 0; node.Staying < 3; waited++)
        {
            Assert.True(waited < 1000, $"{node.Staying} came.");
            await Task.Delay(50, Cancel);
        }
        // Enough of them to come to every worker.
        for (var i = 0; i < 20; i++)
            using (var turnedAway = await front.SendAsync("POST"))
                Assert.Equal(HttpStatusCode.BadGateway, turnedAway.StatusCode);
        Assert.Equal(0, node.Asked);

        node.Go();
        foreach (var answer in await Task.WhenAll(inside))
            using (answer) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var next = await front.SendAsync("POST");
        Assert.Equal((HttpStatusCode.OK, 1), (next.StatusCode, node.Asked));
    }

    /// <summary>nginx, and clients that each open a connection of their own, so that all workers get some.</summary>
    private sealed class Front(Leftovers leftovers, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate, Nginx nginx) : IAsyncDisposable
    {
        public static async Task<Front> StartAsync(int workers, params string[] servers)
        {
            var (leftovers, certificate) = (new Leftovers(), Certificate.Make());
            try
            {
                return new(leftovers, certificate, await Nginx.StartAsync(leftovers, Ports.Free(), certificate, servers.Select(server => server + " fail_timeout=2s"), workers, Cancel));
            }
            catch
            {
                leftovers.Dispose();
                throw;
            }
        }

        public async Task<HttpResponseMessage> SendAsync(string method, string path = "/oauth2/token")
        {
            using var http = Trusting.CreateClient(certificate, nginx.Url);
            using var request = new HttpRequestMessage(new(method), path);
            if (method == "POST") request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
            return await http.SendAsync(request, Cancel);
        }

        public ValueTask DisposeAsync()
        {
            nginx.Dispose();
            leftovers.Dispose();
            certificate.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class StandIn : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentBag<string> asked = [], staying = [];

        private StandIn()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            app.MapGet("/health/live", () => "here");
            app.Map("/stay", StayAsync);
            app.Map("/oauth2/token", Answer);
        }

        public bool IsBusy { get; set; }

        public int Asked => asked.Count;

        public int Staying => staying.Count;

        public string Authority => new Uri(app.Urls.Single()).Authority;

        public static async Task<StandIn> StartAsync()
        {
            var one = new StandIn();
            await one.app.StartAsync(Cancel);
            return one;
        }

        public void Go() => go.SetResult();

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task StayAsync(HttpContext http)
        {
            staying.Add(http.Request.Path);
            await go.Task.WaitAsync(http.RequestAborted);
        }

        private Task Answer(HttpContext http)
        {
            asked.Add(http.Request.Path);
            if (IsBusy) (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (503, "1");
            return Task.CompletedTask;
        }
    }
}
