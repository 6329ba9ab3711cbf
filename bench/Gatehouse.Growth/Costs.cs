using System.Diagnostics;

namespace Gatehouse.Growth;

/// <summary>What an operation costs in a database of one size.</summary>
internal sealed record Cost(Operation Operation, int Artifacts, double Microseconds, double? Buffers);

/// <summary>
/// Time per operation at every size, by one caller after the other, in rounds: each round visits every size before it comes back, so that what the machine does meanwhile it does to all of them. The median over the rounds counts.
/// </summary>
internal static class Costs
{
    public static async Task<Dictionary<(string Operation, int Artifacts), double>> MeasureAsync(IReadOnlyList<Workload> sizes, int rounds, int calls)
    {
        var measured = new Dictionary<(string, int), List<double>>();
        for (var round = -1; round < rounds; round++)
            foreach (var operation in Operation.All)
                foreach (var work in sizes)
                {
                    var time = await TimeAsync(operation, work, calls);
                    if (round < 0) continue; // the first is for warming up
                    if (!measured.TryGetValue((operation.Name, work.Grown.Artifacts), out var all)) measured.Add((operation.Name, work.Grown.Artifacts), all = []);
                    all.Add(time);
                }
        return measured.ToDictionary(pair => pair.Key, pair => Median(pair.Value));
    }

    private static async Task<double> TimeAsync(Operation operation, Workload work, int calls)
    {
        var prepared = new List<object>(calls);
        // A refresh takes what the one before it left, where there are few tokens.
        if (operation.Name.StartsWith("refresh", StringComparison.Ordinal)) prepared = null;
        else
            for (var i = 0; i < calls; i++) prepared.Add(await operation.Prepare(work));
        var times = new List<double>(calls);
        for (var i = 0; i < calls; i++)
        {
            var subject = prepared is null ? await operation.Prepare(work) : prepared[i];
            var start = Stopwatch.GetTimestamp();
            await operation.Run(work, subject);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        return Median(times);
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[values.Count / 2 - 1] + values[values.Count / 2]) / 2;
    }
}
