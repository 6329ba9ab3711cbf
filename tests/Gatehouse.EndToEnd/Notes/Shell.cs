using System.Diagnostics;
using System.Text;

namespace Gatehouse.EndToEnd.Notes;

/// <summary>What a program said, and how it ended.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors);

/// <summary>Runs programs as a person at a shell would.</summary>
internal static class Shell
{
    /// <summary>Runs a script in bash, and stops at the first command that fails.</summary>
    public static Task<Finished> BashAsync(string script, CancellationToken ct) => RunAsync("bash", ["-euo", "pipefail", "-c", script], [], ct);

    public static async Task<Finished> RunAsync(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
        await process.WaitForExitAsync(ct);
        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>A sample, as this build made it.</summary>
    public static string Sample(string name, string file)
    {
        // …/tests/Gatehouse.EndToEnd/bin/Debug/net10.0/
        var configuration = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;
        return Path.Combine(SampleFolder(name), "bin", configuration, "net10.0", file);
    }

    public static string SampleFolder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
                return Path.Combine(folder.FullName, "samples", name);
        throw new InvalidOperationException("The tests do not run in the repository.");
    }
}
