using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Testing;

/// <summary>
/// A private <c>redis-server</c> on a free port of 127.0.0.1, gone when the test process is. It keeps nothing on disk unless it is told to, so a restart has forgotten everything.
/// </summary>
/// <remarks>As with PostgreSQL, a shell watches a pipe and ends the server when the pipe ends, which the kernel sees to even if a test process is killed.</remarks>
public sealed class RedisServerProcess : IAsyncDisposable
{
    private const string Run = """
        trap '' INT
        "$@" </dev/null >/dev/null 2>&1 &
        echo $!
        exec >/dev/null 2>&1
        read -r stop
        kill -s KILL $! && wait $!
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<Task<RedisServerProcess>> shared = new(() => UntilTheEndAsync(StartNewAsync())), sharedCluster = new(() => UntilTheEndAsync(StartClusterAsync()));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-redis-");
    private readonly string[] settings;
    private Process? shell;
    private int server;

    private RedisServerProcess(int port, string[] settings) => (Port, this.settings) = (port, settings);

    /// <summary>The port on 127.0.0.1; the same after a restart.</summary>
    public int Port { get; }

    /// <summary>Of the server, not of the shell around it.</summary>
    public int ProcessId => server;

    /// <summary>As StackExchange.Redis reads it.</summary>
    public string ConnectionString => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The server of this test process, for tests that leave it alone.</summary>
    public static Task<RedisServerProcess> SharedAsync() => shared.Value;

    /// <summary>Starts a server of one's own.</summary>
    /// <param name="settings">For the command line, such as <c>--appendonly yes</c>, word by word.</param>
    public static async Task<RedisServerProcess> StartNewAsync(params string[] settings)
    {
        // Between finding a free port and using it somebody else may take it: then another one is tried.
        for (var attempt = 1; ; attempt++)
        {
            var redis = new RedisServerProcess(FreePort(), settings);
            try
            {
                await redis.StartAsync();
                return redis;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                await redis.DisposeAsync();
            }
        }
    }

    /// <summary>A cluster of one server, for tests that leave it alone. Redis keeps a new cluster waiting for two seconds, so there is one for all.</summary>
    public static Task<RedisServerProcess> SharedClusterAsync() => sharedCluster.Value;

    private static async Task<RedisServerProcess> StartClusterAsync()
    {
        var redis = await StartNewAsync("--cluster-enabled", "yes");
        await redis.AskAsync("CLUSTER ADDSLOTSRANGE 0 16383", "+OK");
        var started = Stopwatch.GetTimestamp();
        while (await redis.TryAskAsync("GET ready") != "$-1")
        {
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new InvalidOperationException("The cluster did not come up.");
            await Task.Delay(50);
        }
        return redis;
    }

    /// <summary>Starts it again on the same port, with what it has on disk, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        if (shell is not null) throw new InvalidOperationException("The server is running already.");
        shell = Process.Start(new ProcessStartInfo("/bin/sh", (string[])
        [
            "-c", Run, "sh", "redis-server", "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder.FullName, "--save", "", .. settings,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("No shell.");
        server = int.Parse((await shell.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        var started = Stopwatch.GetTimestamp();
        while (await TryAskAsync("PING") != "+PONG")
        {
            if (!Directory.Exists($"/proc/{server}") || Stopwatch.GetElapsedTime(started) > Patience)
                throw new InvalidOperationException($"redis-server did not come up on port {Port}. On Debian and Ubuntu: apt-get install redis-server");
            await Task.Delay(20);
        }
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        if (shell is null) return;
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
        shell = null;
    }

    /// <summary>Stops it in the middle of whatever it does: connections stay open, and nobody answers.</summary>
    public Task PauseAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on where it was.</summary>
    public Task ResumeAsync() => SignalAsync("CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (folder.Exists) folder.Delete(recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/kill", ["-s", signal, server.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0) throw new InvalidOperationException($"{signal} did not reach redis-server.");
    }

    private async Task AskAsync(string command, string expected)
    {
        var answer = await TryAskAsync(command);
        if (answer != expected) throw new InvalidOperationException($"redis-server answered {answer} to {command}.");
    }

    /// <summary>The first line of the answer; null if there is none.</summary>
    private async Task<string?> TryAskAsync(string command)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync();
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }

    private static async Task<RedisServerProcess> UntilTheEndAsync(Task<RedisServerProcess> starting)
    {
        var redis = await starting;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            redis.shell?.StandardInput.Close();
            redis.shell?.WaitForExit(TimeSpan.FromSeconds(3));
            redis.folder.Delete(recursive: true);
        };
        return redis;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
