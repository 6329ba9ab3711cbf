using System.Globalization;
using System.Runtime.InteropServices;

namespace Gatehouse.Growth;

/// <summary>Tables to the console, and into the document between two marks of their own.</summary>
internal sealed class Report(bool updateDocs)
{
    private static readonly string folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    /// <summary>Where and with what: a number without it says nothing.</summary>
    public static string Machine(string database)
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        return string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}: {Environment.ProcessorCount} shared cores of {processor}, {RuntimeInformation.FrameworkDescription}, {database}.");
    }

    public void Write(string part, string text)
    {
        Console.WriteLine($"\n{text}");
        if (!updateDocs) return;
        var file = Path.Combine(folder, "docs", "scale.md");
        var (document, start, end) = (File.ReadAllText(file), $"<!-- growth:{part}:start -->", $"<!-- growth:{part}:end -->");
        var (from, to) = (document.IndexOf(start, StringComparison.Ordinal), document.IndexOf(end, StringComparison.Ordinal));
        if (from < 0 || to < from) throw new InvalidOperationException($"{file} has no {start} and {end} to put the table between.");
        File.WriteAllText(file, document[..(from + start.Length)] + "\n" + text.TrimEnd() + "\n" + document[to..]);
    }
}
