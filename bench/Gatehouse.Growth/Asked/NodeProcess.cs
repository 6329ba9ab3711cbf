using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Gatehouse.Growth.Asked;

/// <summary>What is sent to a node.</summary>
/// <param name="Path">And the query.</param>
/// <param name="Form">Posted; null for a GET.</param>
/// <param name="Cookie">Of whoever sits at the browser.</param>
/// <param name="Bearer">An access token.</param>
/// <param name="Status">Of the answer that is wanted.</param>
/// <param name="Subject">What it is about, for whoever puts it back afterwards.</param>
internal sealed record Sent(string Path, string? Form = null, string? Cookie = null, string? Bearer = null, int Status = 200, object? Subject = null);

/// <summary>A node, and whoever asks it: as many at once as there are connections.</summary>
internal sealed class NodeProcess : IDisposable
{
    /// <summary>As many as in <c>docs/performance.md</c>.</summary>
    public const int Connections = 16;

    private readonly Process process;
    private readonly HttpClient http;

    private NodeProcess(Process process, HttpClient http) => (this.process, this.http) = (process, http);

    /// <summary>What the node has used a processor for.</summary>
    public TimeSpan Spent => ProcessorClock.Of([process.Id]);

    public static async Task<NodeProcess> StartAsync(IGrown grown)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Node).Assembly.Location, Node.Command, grown.Name, grown.StoresConnectionString]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Everything is compiled once, and fully: nothing is compiled while it is measured. Code that adapts to its callers, as it does by default, is somewhat faster.
        (start.Environment["DOTNET_ReadyToRun"], start.Environment["DOTNET_TieredCompilation"], start.Environment["DOTNET_gcServer"]) = ("0", "0", "0");
        var process = Process.Start(start)!;
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The node did not start.");
        return new(process, new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = Connections })
        {
            BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
        });
    }

    /// <summary>Sends all, and hands on each answer: its body, or where it leads.</summary>
    public async Task<string[]> SendAsync(IReadOnlyList<Sent> all, Func<Task>? others = null)
    {
        var (answers, next) = (new string[all.Count], -1);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < all.Count)
            {
                if (others is not null) await others();
                answers[i] = await SendAsync(all[i]);
            }
        }));
        return answers;
    }

    public async Task<string[]> CookiesAsync(IEnumerable<string> lines)
    {
        using var body = new StringContent(string.Join('\n', lines));
        using var answer = await http.PostAsync("/cookies", body);
        return (await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<string> SendAsync(Sent sent)
    {
        using var message = new HttpRequestMessage(sent.Form is null ? HttpMethod.Get : HttpMethod.Post, sent.Path);
        if (sent.Form is not null) message.Content = new StringContent(sent.Form, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        if (sent.Cookie is not null) message.Headers.Add("Cookie", sent.Cookie);
        if (sent.Bearer is not null) message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", sent.Bearer);
        using var answer = await http.SendAsync(message);
        var body = await answer.Content.ReadAsStringAsync();
        return (int)answer.StatusCode == sent.Status ? answer.Headers.Location?.ToString() ?? body : throw new InvalidOperationException($"{sent.Path} was answered with {(int)answer.StatusCode}: {body}");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        http.Dispose();
    }
}
