using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gatehouse.Cluster.Network;

namespace Gatehouse.Cluster.Processes;

/// <summary>One Gatehouse.Server. It keeps its address and its folder however often it is killed and started.</summary>
internal sealed class Node : IAsyncDisposable
{
    /// <summary>The setting that opens a port for Prometheus.</summary>
    public const string MetricsUrl = "Gatehouse:Metrics:Url";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private const int InsidePort = 8080;

    private readonly Leftovers leftovers;
    private readonly NodeOptions options;
    private readonly NetworkNamespace? inside;
    private readonly Door? door;
    private readonly HttpClient http;
    private readonly string folder, listens;
    private Child? child;
    private string past = "";

    public Node(Leftovers leftovers, string name, Func<Uri, NodeOptions> optionsAt, NetworkNamespace? inside)
    {
        (this.leftovers, Name, this.inside) = (leftovers, name, inside);
        folder = Directory.CreateDirectory(Path.Combine(leftovers.Folder, name)).FullName;
        door = inside is null ? null : Door.Open(inside, new(IPAddress.Loopback, InsidePort));
        var port = door?.EndPoint.Port ?? Ports.Free();
        listens = $"http://127.0.0.1:{(inside is null ? port : InsidePort).ToString(CultureInfo.InvariantCulture)}";
        Url = new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
        options = optionsAt(Url);
        ServerDll = options.ServerDll ?? Repository.Server;
        http = CreateClient();
    }

    public string Name { get; }

    /// <summary>The build that the next start runs.</summary>
    public string ServerDll { get; set; }

    /// <summary>From here, past nginx and in clear. The server wants to hear <c>X-Forwarded-Proto: https</c>; <see cref="CreateClient"/> says it.</summary>
    public Uri Url { get; }

    /// <summary>Where it answers Prometheus, if it does.</summary>
    public Uri? Metrics => options.Settings.TryGetValue(MetricsUrl, out var url) ? new(url) : null;

    public bool IsRunning => child is { IsRunning: true };

    public int ProcessId => child?.Id ?? throw new InvalidOperationException($"{Name} was not started.");

    /// <summary>The last lines of its log, from all its starts.</summary>
    public string Output => past + (child?.Output ?? "");

    /// <summary>The line to the database, in a cluster with namespaces.</summary>
    public Link? Link { get; set; }

    /// <summary>A client of this node alone. It follows no redirects and keeps no cookies.</summary>
    public HttpClient CreateClient(TimeSpan? timeout = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = Url, Timeout = timeout ?? TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        return client;
    }

    /// <summary>Starts the process and waits until it can issue tokens.</summary>
    public async Task StartAsync(CancellationToken ct = default)
    {
        Launch();
        await WaitUntilReadyAsync(ct);
    }

    /// <summary>Starts the process and does not wait.</summary>
    public void Launch()
    {
        if (IsRunning) throw new InvalidOperationException($"{Name} is running.");
        past = Output;
        child?.Dispose();
        var environment = options.Environment.ToDictionary();
        foreach (var (name, value) in options.Settings) environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        if (options.Preload is not null) environment["LD_PRELOAD"] = options.Preload;
        string[] command = ["dotnet", ServerDll, "--urls", listens, "--config", options.SettingsFile];
        if (inside is not null) command = ["ip", "netns", "exec", inside.Name, .. command];
        child = Child.Start(leftovers, command, folder, environment);
    }

    public async Task WaitUntilReadyAsync(CancellationToken ct = default)
    {
        for (var started = Stopwatch.GetTimestamp(); !await IsReadyAsync(ct); await Task.Delay(100, ct))
            if (!IsRunning || Stopwatch.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException($"{Name} {(IsRunning ? "is not ready" : "ended")}:\n{Output}");
    }

    public async Task<bool> IsReadyAsync(CancellationToken ct = default)
    {
        try
        {
            using var answer = await http.GetAsync("/health/ready", ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>SIGKILL: nothing is finished.</summary>
    public void Kill() => child?.Kill();

    /// <summary>SIGTERM: requests in flight finish first.</summary>
    public async Task StopAsync(CancellationToken ct = default)
    {
        if (child is null) return;
        child.Signal("TERM");
        if (!await child.WaitForEndAsync(TimeSpan.FromSeconds(45), ct)) throw new InvalidOperationException($"{Name} did not stop:\n{Output}");
    }

    /// <summary>SIGSTOP: it is there, holds its connections, and does nothing.</summary>
    public void Freeze() => child?.Signal("STOP");

    /// <summary>SIGCONT: it goes on, and believes that no time has passed.</summary>
    public void Thaw() => child?.Signal("CONT");

    public ValueTask DisposeAsync()
    {
        child?.Dispose();
        Link?.Dispose();
        door?.Dispose();
        http.Dispose();
        return default;
    }
}
