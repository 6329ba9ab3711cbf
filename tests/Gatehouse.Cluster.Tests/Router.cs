using System.Net;
using Gatehouse.Cluster.Processes;

namespace Gatehouse.Cluster.Tests;

/// <summary>A browser and a load balancer in one: keeps the cookies of the public address, and sends each request to the node that a rule picks.</summary>
/// <param name="cluster">Whose nodes.</param>
/// <param name="next">From the place of the node that had the request before, or -1, to the place of the one that gets this one.</param>
internal sealed class Router(RunningCluster cluster, Func<int, int> next) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
{
    private readonly CookieContainer cookies = new();
    private readonly List<string> visited = [];
    private int last = -1;

    /// <summary>The node of each request, in order.</summary>
    public IReadOnlyList<string> Visited => visited;

    /// <summary>To another node than the request before, every time.</summary>
    public static Router Adversarial(RunningCluster cluster) => new(cluster, last => (last + 1) % cluster.Nodes.Count);

    /// <summary>To any node; the same ones in each run.</summary>
    public static Router AtRandom(RunningCluster cluster, int seed)
    {
        var dice = new Random(seed);
        return new(cluster, _ => dice.Next(cluster.Nodes.Count));
    }

    public HttpClient CreateClient() => new(this, disposeHandler: false) { BaseAddress = cluster.Issuer };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        Node node;
        lock (visited)
        {
            node = cluster.Nodes[last = next(last)];
            visited.Add(node.Name);
        }
        request.RequestUri = new Uri(node.Url, address.PathAndQuery);
        request.Headers.Host = address.Authority;
        request.Headers.Add("X-Forwarded-For", "127.0.0.1");
        request.Headers.Add("X-Forwarded-Proto", address.Scheme);
        if (cookies.GetCookieHeader(address) is { Length: > 0 } kept) request.Headers.Add("Cookie", kept);
        var answer = await base.SendAsync(request, cancellationToken);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []) cookies.SetCookies(address, cookie);
        return answer;
    }
}
