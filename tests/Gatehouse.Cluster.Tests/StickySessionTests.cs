using System.Net;
using Gatehouse.Server.Tests;

namespace Gatehouse.Cluster.Tests;

/// <summary>No request needs to come to the node of the one before.</summary>
public sealed class StickySessionTests(SharedCluster cluster)
{
    [Fact]
    public async Task A_whole_sign_in_works_when_every_request_comes_to_another_node_than_the_one_before()
    {
        using var router = Router.Adversarial(cluster.Running);
        using var http = router.CreateClient();
        await new Journey(http).RunAsync();
        Assert.All(router.Visited.Zip(router.Visited.Skip(1)), step => Assert.NotEqual(step.First, step.Second));
        Assert.True(router.Visited.Count >= 12, $"only {router.Visited.Count} requests");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_whole_sign_in_works_when_chance_picks_the_nodes(int seed)
    {
        using var router = Router.AtRandom(cluster.Running, seed);
        using var http = router.CreateClient();
        await new Journey(http).RunAsync();
        Assert.Equal(cluster.Running.Nodes.Count, router.Visited.Distinct().Count());
    }

    [Fact]
    public async Task A_whole_sign_in_works_through_nginx_over_tls_with_the_nodes_in_turn()
    {
        var before = cluster.Running.Nginx.Requests.Count;
        var handler = Trusting.CreateHandler(cluster.Running.Certificate);
        (handler.UseCookies, handler.CookieContainer) = (true, new CookieContainer());
        using var http = new HttpClient(handler) { BaseAddress = cluster.Running.Nginx.Url };
        await new Journey(http).RunAsync();
        var nodes = cluster.Running.Nginx.Requests.Skip(before).Select(line => line.Split(' ')[0]).ToList();
        Assert.All(nodes.Zip(nodes.Skip(1)), step => Assert.NotEqual(step.First, step.Second));
        Assert.Equal(cluster.Running.Nodes.Count, nodes.Distinct().Count());
    }

    [Fact]
    public async Task The_first_administrator_is_made_at_whichever_node_they_come_to()
    {
        // Each node prints a link when it starts, and the last one printed is the one that counts: nobody knows any more who saw the others.
        var links = cluster.Running.Nodes.Select(node => node.Output).SelectMany(output => output.Split('\n')).Where(line => line.Contains("/setup?token=", StringComparison.Ordinal))
            .Select(line => new Uri(line.Trim()).PathAndQuery).ToList();
        Assert.Equal(cluster.Running.Nodes.Count, links.Count);
        using var router = Router.Adversarial(cluster.Running);
        using var visitor = new Visitor(router.CreateClient());
        var pages = new List<Page>();
        foreach (var link in links) pages.Add(await visitor.GetAsync(link));
        var open = pages.FirstOrDefault(page => page.Html.Contains("<form", StringComparison.Ordinal));
        Assert.NotNull(open);
        var done = await visitor.SubmitAsync(open, "/setup", ("username", "root"), ("password", "a garden of wonders"));
        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (done.Status, done.Location));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/admin/users")).Status);
    }
}
