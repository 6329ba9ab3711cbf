using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Server.Tests;

/// <summary>The server as a process of its own, started as a shell or systemd starts it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly string folder;

    private ServerProcess(Process process, string folder, int port) => (this.process, this.folder, Port) = (process, folder, port);

    public int Port { get; }

    public Process Process => process;

    public string Output
    {
        get
        {
            lock (lines) return string.Join('\n', lines);
        }
    }

    /// <param name="folder">Its data. One that is there already is used again.</param>
    public static async Task<ServerProcess> StartAsync(string folder)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var start = new ProcessStartInfo("dotnet", [Repository.File("src", "Gatehouse.Server", "bin", configuration, "net10.0", "Gatehouse.Server.dll"), "--urls", $"http://localhost:{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        var server = new ServerProcess(Process.Start(start)!, folder, port);
        server.process.OutputDataReceived += (_, line) => server.Add(line.Data);
        server.process.ErrorDataReceived += (_, line) => server.Add(line.Data);
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        await server.WaitForAsync("Application started");
        return server;
    }

    /// <summary>The first line that has this in it.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        while (true)
        {
            lock (lines)
                if (lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } found) return found;
            Assert.False(process.HasExited, Output);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>As systemd and containers stop a process.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])!.Dispose();

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null) return;
        lock (lines) lines.Add(line);
    }
}
