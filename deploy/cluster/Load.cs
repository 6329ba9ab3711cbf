using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Cluster;

/// <summary>A few clients that sign in once and then work: call, refresh, look a token up. Each keeps what it was last given and knows at once if that is lost.</summary>
/// <remarks>
/// A request that fails is sent again, as it was, until it is answered: a client cannot know whether the first one was carried out. So that nothing is lost
/// means that no refresh token was ever refused.
/// </remarks>
/// <param name="http">Through nginx.</param>
/// <param name="clients">How many at once.</param>
internal sealed class Load(HttpClient http, int clients)
{
    private const string Client = "notes", Secret = "notes-secret-0123456789abcdef-0123456789", Api = "notes-api", ApiSecret = "notes-api-secret-0123456789abcdef-012345";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, int> failures = new(StringComparer.Ordinal);
    private long answered, failed, lost;
    private int working;

    /// <summary>Requests that were answered as they should be.</summary>
    public long Answered => Interlocked.Read(ref answered);

    /// <summary>Requests that had to be sent again.</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Tokens that were given out and then not accepted. Must stay zero.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Clients that have signed in.</summary>
    public int Working => Volatile.Read(ref working);

    /// <summary>What the failures were, and how many of each.</summary>
    public IReadOnlyDictionary<string, int> Failures
    {
        get
        {
            lock (gate) return failures.ToDictionary();
        }
    }

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => WorkAsync(ct)));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
    }

    /// <summary>Waits for so many answers in all, and for every client to be signed in.</summary>
    /// <param name="requests">As <see cref="Answered"/> counts.</param>
    /// <param name="running">What <see cref="RunAsync"/> returned; its failure is thrown here.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task UntilAsync(long requests, Task running, CancellationToken ct = default)
    {
        for (var started = Stopwatch.GetTimestamp(); Answered < requests || Working < clients; await Task.Delay(50, ct))
        {
            if (running.IsCompleted) await running;
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException($"Only {Answered} of {requests} requests answered, and {Working} of {clients} clients signed in. What failed: {string.Join(", ", Failures)}");
        }
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        var tokens = await TokenAsync(new() { ["grant_type"] = "password", ["username"] = "alice", ["password"] = "a garden of wonders", ["scope"] = "openid notes.read" }, ct);
        Interlocked.Increment(ref working);
        while (true)
        {
            await CallAsync(tokens.Access, ct);
            await LookUpAsync(tokens.Access, ct);
            tokens = await TokenAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.Refresh }, ct);
        }
    }

    private async Task<(string Access, string Refresh)> TokenAsync(Dictionary<string, string> fields, CancellationToken ct)
    {
        var body = await SendAsync("token", () => Post("/oauth2/token", Client, Secret, fields), static _ => true, ct);
        return (body.GetProperty("access_token").GetString()!, body.GetProperty("refresh_token").GetString()!);
    }

    private Task<JsonElement> CallAsync(string token, CancellationToken ct) => SendAsync("userinfo",
        () => new(HttpMethod.Get, "/oauth2/userinfo") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } }, static _ => true, ct);

    private Task<JsonElement> LookUpAsync(string token, CancellationToken ct) => SendAsync("introspect",
        () => Post("/oauth2/introspect", Api, ApiSecret, new() { ["token"] = token }), static body => body.GetProperty("active").GetBoolean(), ct);

    private async Task<JsonElement> SendAsync(string what, Func<HttpRequestMessage> compose, Predicate<JsonElement> isRight, CancellationToken ct)
    {
        while (true)
        {
            var problem = "";
            try
            {
                using var request = compose();
                using var answer = await http.SendAsync(request, ct);
                var text = await answer.Content.ReadAsStringAsync(ct);
                if (answer.StatusCode == HttpStatusCode.OK && JsonElement.Parse(text) is var body && isRight(body))
                {
                    Interlocked.Increment(ref answered);
                    return body;
                }
                // 4xx, or a token that is not active: what we hold is refused. Anything else may be over in a moment.
                if ((int)answer.StatusCode is >= 200 and < 500 and not 429) Lose($"{what}: {(int)answer.StatusCode} {text}");
                problem = $"{what}: {(int)answer.StatusCode}";
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                problem = $"{what}: no answer";
            }
            Interlocked.Increment(ref failed);
            lock (gate) failures[problem] = failures.GetValueOrDefault(problem) + 1;
            await Task.Delay(Pause, ct);
        }
    }

    private void Lose(string what)
    {
        Interlocked.Increment(ref lost);
        throw new InvalidOperationException($"Lost: {what}");
    }

    private static HttpRequestMessage Post(string path, string client, string secret, Dictionary<string, string> fields) => new(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(fields),
        Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}"))) },
    };
}
