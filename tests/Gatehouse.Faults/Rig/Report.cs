using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Gatehouse.Cluster.Processes;

namespace Gatehouse.Faults.Rig;

/// <summary>What the faults of this run came to. In the long form it goes into the docs.</summary>
internal static class Report
{
    private const string Begin = "<!-- figures: ./faults -->", End = "<!-- /figures -->";

    private static readonly ConcurrentQueue<Figures> all = new();

    public static void Add(Figures figures)
    {
        all.Enqueue(figures);
        Console.WriteLine($"{figures.Row} {figures.Took.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s");
    }

    /// <param name="postgres">Its version.</param>
    public static void Write(string postgres)
    {
        var path = Path.Combine(Repository.Root, "docs", "reliability.md");
        var page = File.ReadAllText(path);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        File.WriteAllText(path, $"""
            {page[..begin]}
            {DateTimeOffset.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, {Machine()}; {RuntimeInformation.FrameworkDescription}, PostgreSQL {postgres}; three nodes, {Ordeal.Duration.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} seconds of each fault, all on one machine.

            {Figures.Head}
            {string.Join('\n', all.OrderBy(figures => figures.Fault, StringComparer.Ordinal).Select(figures => figures.Row))}
            {page[end..]}
            """);
    }

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
        return $"{Environment.ProcessorCount} cores of {model}, {(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30).ToString(CultureInfo.InvariantCulture)} GB, {RuntimeInformation.OSDescription}";
    }
}
