using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Faults.Load;

/// <summary>The nodes as their clients see them: some addresses, of which any may be asked anything.</summary>
internal sealed class Fleet : IDisposable
{
    public const string ClientId = "faults", Secret = "faults-secret-0123456789abcdef", RedirectUri = "https://client.example/cb", Resource = "https://notes.example/api";

    /// <summary>As long as an impatient client waits for an answer.</summary>
    public static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly HttpClient http;
    private readonly Uri[] nodes;
    private readonly NodeRecord[] records;
    private readonly Ledger ledger;

    public Fleet(IEnumerable<Uri> nodes, Ledger ledger)
    {
        (this.nodes, this.ledger) = ([.. nodes], ledger);
        records = [.. this.nodes.Select(_ => new NodeRecord())];
        http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>When something last went wrong at a node, and how much went well since.</summary>
    private sealed class NodeRecord
    {
        public long LastTrouble;
        public int SuccessesSince;
    }

    public int Count => nodes.Length;

    /// <summary>Any node, but not the one that was just asked.</summary>
    public int Other(Random random, int than)
    {
        if (nodes.Length == 1) return 0;
        var node = random.Next(nodes.Length - (than < 0 ? 0 : 1));
        return than >= 0 && node >= than ? node + 1 : node;
    }

    public Task<Answer> TokenAsync(int node, params (string Name, string Value)[] form) => PostAsync(node, "/oauth2/token", form);

    public Task<Answer> IntrospectAsync(int node, string token) => PostAsync(node, "/oauth2/introspect", [("token", token)]);

    public Task<Answer> RevokeAsync(int node, string token) => PostAsync(node, "/oauth2/revoke", [("token", token)]);

    public async Task<Answer> GetAsync(int node, string path, string? cookie = null, bool isPage = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(nodes[node], path));
        if (cookie is { Length: > 0 }) request.Headers.Add("Cookie", cookie);
        return await SendAsync(node, request, isPage);
    }

    /// <summary>As a browser submits a form.</summary>
    public async Task<Answer> SubmitAsync(int node, string path, string cookie, IEnumerable<KeyValuePair<string, string>> form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(nodes[node], path)) { Content = new FormUrlEncodedContent(form) };
        if (cookie.Length > 0) request.Headers.Add("Cookie", cookie);
        return await SendAsync(node, request, isPage: true);
    }

    /// <summary>Waits until every node has done <paramref name="successes"/> things in a row without a mistake; returns how long after <paramref name="since"/> the last mistake was.</summary>
    /// <returns>Null if it took longer than <paramref name="limit"/>.</returns>
    public async Task<TimeSpan?> RecoveredAsync(long since, TimeSpan limit, int successes = 20)
    {
        while (true)
        {
            lock (gate)
                if (records.All(record => record.SuccessesSince >= successes))
                {
                    var last = records.Max(record => record.LastTrouble);
                    return last <= since ? TimeSpan.Zero : Stopwatch.GetElapsedTime(since, last);
                }
            if (Stopwatch.GetElapsedTime(since) > limit) return null;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What was well so far counts no more.</summary>
    public void CountAnew()
    {
        lock (gate)
            foreach (var record in records) record.SuccessesSince = 0;
    }

    public void Dispose() => http.Dispose();

    private async Task<Answer> PostAsync(int node, string path, (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(nodes[node], path))
        {
            Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{Secret}")));
        return await SendAsync(node, request, isPage: false);
    }

    private async Task<Answer> SendAsync(int node, HttpRequestMessage request, bool isPage)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await TrySendAsync(request, isPage);
        var took = Stopwatch.GetElapsedTime(started);
        lock (gate)
            if (answer.IsUnknown) (records[node].LastTrouble, records[node].SuccessesSince) = (Stopwatch.GetTimestamp(), 0);
            else records[node].SuccessesSince++;
        ledger.Count(answer, took, isPage);
        return answer;
    }

    private async Task<Answer> TrySendAsync(HttpRequestMessage request, bool isPage)
    {
        using var patience = new CancellationTokenSource(ClientPatience);
        try
        {
            using var response = await http.SendAsync(request, patience.Token);
            return await Answer.ReadAsync(response, isPage);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return Answer.None(Outcome.TimedOut, $"no answer in {ClientPatience.TotalSeconds:0} s from {request.RequestUri}");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            return Answer.None(Outcome.Broken, broken.Message);
        }
    }
}
