using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Server.Tests;

/// <summary>A real Prometheus with the configuration that we hand out, but for the address and the pace.</summary>
internal sealed class RunningPrometheus : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-prometheus-");
    private readonly HttpClient http = new();
    private readonly StringBuilder output = new();
    private Process? process;

    public static async Task<RunningPrometheus> StartAsync(Uri target)
    {
        var prometheus = new RunningPrometheus();
        var configuration = File.ReadAllText(Path.Combine(Dashboard.Folder, "prometheus.yml"))
            .Replace("127.0.0.1:9464", target.Authority, StringComparison.Ordinal)
            .Replace("gatehouse.rules.yml", Path.Combine(Dashboard.Folder, "gatehouse.rules.yml"), StringComparison.Ordinal)
            .Replace("interval: 15s", "interval: 1s", StringComparison.Ordinal);
        var file = Path.Combine(prometheus.folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(file, configuration, TestContext.Current.CancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            prometheus.http.BaseAddress = new($"http://127.0.0.1:{port}");
            prometheus.Launch("prometheus", $"--config.file={file}", $"--storage.tsdb.path={Path.Combine(prometheus.folder.FullName, "data")}", $"--web.listen-address=127.0.0.1:{port}");
            if (await prometheus.IsReadyAsync()) return prometheus;
            if (attempt == 5) Assert.Fail(prometheus.output.ToString());
        }
    }

    /// <summary>What it answers to a query, as it stands now; its own words if it refuses.</summary>
    public async Task<(string? Error, JsonElement[] Result)> AskAsync(string query)
    {
        using var form = new FormUrlEncodedContent([new("query", query)]);
        var answer = await ReadAsync(await http.PostAsync("/api/v1/query", form, TestContext.Current.CancellationToken));
        return answer.TryGetProperty("error", out var error) ? (error.GetString(), []) : (null, [.. answer.GetProperty("data").GetProperty("result").EnumerateArray()]);
    }

    public async Task<JsonElement> GetAsync(string path) => (await ReadAsync(await http.GetAsync(path, TestContext.Current.CancellationToken))).GetProperty("data");

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) process.Kill();
        if (process is not null) await process.WaitForExitAsync();
        process?.Dispose();
        http.Dispose();
        folder.Delete(recursive: true);
    }

    private void Launch(string program, params string[] arguments)
    {
        process?.Dispose();
        process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, line) => output.AppendLine(line.Data);
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>False if it ended instead, because somebody took the port.</summary>
    private async Task<bool> IsReadyAsync()
    {
        while (!process!.HasExited)
        {
            try
            {
                if ((await http.GetAsync("/-/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode) return true;
            }
            catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException)
            {
                // Not yet.
            }
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        return false;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
