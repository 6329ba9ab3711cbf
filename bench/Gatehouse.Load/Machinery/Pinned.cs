using System.Diagnostics;

namespace Gatehouse.Load.Machinery;

/// <summary>Processes on one core each: the server has the first to itself; load and database share the second.</summary>
internal static class Pinned
{
    public const int ServerCore = 0, LoadCore = 1;

    /// <param name="core">Null: any, and the collector as .NET sets it.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">Besides our own.</param>
    /// <param name="redirect">Its input and output are ours.</param>
    /// <param name="folder">Where it starts.</param>
    public static Process Start(int? core, IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null, bool redirect = false, string? folder = null)
    {
        var start = new ProcessStartInfo("taskset", ["-c", core is null ? $"0-{Environment.ProcessorCount - 1}" : $"{core}", .. command]) { RedirectStandardInput = redirect, RedirectStandardOutput = redirect, WorkingDirectory = folder };
        if (core is not null) start.Environment["DOTNET_gcServer"] = "0";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Moves every thread of a running process; what it starts later follows.</summary>
    public static async Task MoveAsync(int core, int processId)
    {
        using var move = Process.Start(new ProcessStartInfo("taskset", ["-acp", $"{core}", $"{processId}"]) { RedirectStandardOutput = true })!;
        await move.WaitForExitAsync();
    }
}
