using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.RealClients;

/// <summary>A program of this repository as a process of its own, which ends with us whatever happens to us.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    // The shell holds our end of a pipe: when it closes, be it that we were killed, the program goes too.
    private const string Run = "\"$@\" </dev/null & program=$!; cat >/dev/null; kill $program; wait $program";

    private readonly Process process;
    private readonly StringBuilder output = new();

    private RunningProgram(Process process) => this.process = process;

    /// <summary>All that it wrote so far.</summary>
    public string Output
    {
        get { lock (output) return output.ToString(); }
    }

    /// <param name="project">Below the repository, for example <c>samples/Web</c>.</param>
    /// <param name="arguments">Of the program.</param>
    /// <param name="environment">Beside ours.</param>
    /// <param name="ready">Matches what it prints once it serves.</param>
    public static async Task<RunningProgram> StartAsync(string project, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, Regex ready)
    {
        var folder = Path.Combine(Repository.Root, project);
        var program = Path.Combine(folder, "bin", Repository.Configuration, "net10.0", Path.GetFileName(project) + ".dll");
        var start = new ProcessStartInfo("bash", ["-c", Run, project, "dotnet", program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var running = new RunningProgram(Process.Start(start)!);
        var serves = new TaskCompletionSource();
        _ = running.CollectAsync(running.process.StandardError, ready, serves);
        _ = running.CollectAsync(running.process.StandardOutput, ready, serves);
        try
        {
            await Task.WhenAny(serves.Task, running.process.WaitForExitAsync()).WaitAsync(TimeSpan.FromSeconds(120));
        }
        catch (TimeoutException)
        {
        }
        if (serves.Task.IsCompleted) return running;
        await running.DisposeAsync();
        throw new InvalidOperationException($"{project} did not start:\n{running.Output}");
    }

    private async Task CollectAsync(StreamReader reader, Regex ready, TaskCompletionSource serves)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (output) output.AppendLine(line);
            if (ready.IsMatch(line)) serves.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
        // The runner shows it beside a test that failed.
        TestContext.Current.TestOutputHelper?.WriteLine(Output);
    }
}

internal static class Repository
{
    // …/tests/Gatehouse.RealClients/bin/Release/net10.0/
    public static string Configuration { get; } = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("The tests do not run in the repository.");
    }
}
