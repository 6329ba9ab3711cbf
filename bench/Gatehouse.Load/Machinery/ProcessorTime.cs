using System.Globalization;

namespace Gatehouse.Load.Machinery;

/// <summary>Processor time as Linux counts it, in seconds.</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100; // USER_HZ, fixed for every Linux that .NET runs on

    /// <summary>A process and all that it has started, ended children included.</summary>
    public static double Of(int processId)
    {
        var total = 0.0;
        var waiting = new Stack<int>([processId]);
        while (waiting.TryPop(out var id))
        {
            if (Fields($"/proc/{id}/stat") is not { } fields) continue;
            total += Sum(fields, 11, 12) + (id == processId ? Sum(fields, 13, 14) : 0);
            foreach (var child in Children(id)) waiting.Push(child);
        }
        return total;
    }

    /// <summary>What all processors of the machine have spent, idle and waiting excluded.</summary>
    public static double OfMachine()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        return Sum(fields, 0, 1, 2, 5, 6);
    }

    private static double Sum(string[] fields, params int[] at) => at.Sum(i => double.Parse(fields[i], CultureInfo.InvariantCulture)) / TicksPerSecond;

    // The second field is the command's name in brackets and may hold anything: count from behind it.
    private static string[]? Fields(string file)
    {
        try
        {
            var text = File.ReadAllText(file);
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static IEnumerable<int> Children(int id)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{id}/task")
                .SelectMany(task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
