using System.Diagnostics;

namespace Gatehouse.Load.Machinery;

/// <summary>Processes on one core each: the server has the first to itself; load and database share the second.</summary>
internal static class Pinned
{
    public const int ServerCore = 0, LoadCore = 1;

    public static Process Start(int core, IEnumerable<string> command, IReadOnlyDictionary<string, string>? environment = null, bool redirect = false, string? folder = null)
    {
        var start = new ProcessStartInfo("taskset", ["-c", $"{core}", .. command]) { RedirectStandardInput = redirect, RedirectStandardOutput = redirect, WorkingDirectory = folder };
        start.Environment["DOTNET_gcServer"] = "0";
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
