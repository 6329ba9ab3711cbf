using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Cluster.Processes;

/// <summary>A program that we run: its output is kept, and it ends with us.</summary>
internal sealed class Child : IDisposable
{
    private const int KeptLines = 5000;

    private readonly Process process;
    private readonly Leftovers leftovers;
    private readonly Queue<string> lines = new();

    private Child(Process process, Leftovers leftovers) => (this.process, this.leftovers) = (process, leftovers);

    public int Id => process.Id;

    public bool IsRunning => !process.HasExited;

    /// <summary>Its last lines on either output.</summary>
    public string Output
    {
        get
        {
            lock (lines) return string.Join('\n', lines);
        }
    }

    /// <param name="leftovers">Who ends it if we cannot.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="environment">On top of ours.</param>
    public static Child Start(Leftovers leftovers, IEnumerable<string> command, string folder, IReadOnlyDictionary<string, string> environment)
    {
        // In a session of its own: Ctrl-C is for us, who end it in our own time. `setsid` and `ip netns exec` become the program, so the number is the program's.
        var start = new ProcessStartInfo("setsid", command) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var child = new Child(Process.Start(start)!, leftovers);
        leftovers.Add(child.process);
        child.process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    public void Signal(string name)
    {
        if (!IsRunning) return;
        using var kill = Process.Start("/bin/kill", ["-s", name, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Returns false if it still runs afterwards.</summary>
    public async Task<bool> WaitForEndAsync(TimeSpan patience, CancellationToken ct = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
        leftovers.Ended(Id);
        return true;
    }

    public void Kill()
    {
        if (IsRunning) process.Kill();
        process.WaitForExit(TimeSpan.FromSeconds(10));
        leftovers.Ended(Id);
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > KeptLines) lines.Dequeue();
        }
    }
}
