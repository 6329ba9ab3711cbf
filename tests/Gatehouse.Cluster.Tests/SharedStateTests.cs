using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Cluster.Tests;

/// <summary>What one node learns, all know.</summary>
public sealed class SharedStateTests(SharedCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_is_known_changed_and_gone_at_every_node()
    {
        string[] named = ["report", "--json"];
        var created = JsonElement.Parse(await cluster.GatehouseAsync(["clients", "create", "--client-id", .. named, "--grant", "client_credentials", "--scope", "notes.read"]));
        var secret = created.GetProperty("client_secret").GetString()!;
        await AllAnswerAsync(secret, HttpStatusCode.OK, "access_token");
        await cluster.GatehouseAsync(["clients", "update", .. named, "--set", "grant_types=[\"refresh_token\",\"password\"]"]);
        await AllAnswerAsync(secret, HttpStatusCode.BadRequest, "unauthorized_client");
        await cluster.GatehouseAsync(["clients", "delete", "report"]);
        await AllAnswerAsync(secret, HttpStatusCode.Unauthorized, "invalid_client");
    }

    [Fact]
    public async Task Wrong_passwords_are_counted_at_all_nodes_together()
    {
        var nodes = cluster.Running.Nodes;
        foreach (var node in new[] { nodes[0], nodes[0], nodes[0], nodes[1], nodes[1] })
        {
            using var http = node.CreateClient();
            Assert.Equal(HttpStatusCode.BadRequest, await GuessAsync(http));
        }
        // The third node was never asked. It has looked at the store by now or will soon; four guesses of its own would still be free.
        using var third = nodes[2].CreateClient();
        for (var attempt = 1; await GuessAsync(third) != HttpStatusCode.TooManyRequests; attempt++)
        {
            Assert.True(attempt < 4, "the third node still lets guesses in");
            await Task.Delay(1500, Cancel);
        }
    }

    /// <summary>Within a second, as documented; how long a busy machine takes is not what this is about.</summary>
    private async Task AllAnswerAsync(string secret, HttpStatusCode status, string says)
    {
        foreach (var node in cluster.Running.Nodes)
        {
            using var http = node.CreateClient();
            for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(100, Cancel))
            {
                using var answer = await http.SendAsync(Request("report", secret, new() { ["grant_type"] = "client_credentials" }), Cancel);
                var body = await answer.Content.ReadAsStringAsync(Cancel);
                if (answer.StatusCode == status && body.Contains(says, StringComparison.Ordinal)) break;
                Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15), $"{node.Name} still answers {answer.StatusCode} {body}");
            }
        }
    }

    private static async Task<HttpStatusCode> GuessAsync(HttpClient node)
    {
        using var answer = await node.SendAsync(Request("notes", "notes-secret-0123456789abcdef-0123456789",
            new() { ["grant_type"] = "password", ["username"] = "nobody-here", ["password"] = "a guess" }), Cancel);
        return answer.StatusCode;
    }

    private static HttpRequestMessage Request(string client, string secret, Dictionary<string, string> fields) => new(HttpMethod.Post, "/oauth2/token")
    {
        Content = new FormUrlEncodedContent(fields),
        Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}"))) },
    };
}
