namespace Gatehouse.Growth;

/// <summary>
/// Processor time of the database per operation at every size, by one caller after the other, in rounds: each round visits every size before it comes back, so that what the machine does meanwhile it does to all of them. The median over the
/// rounds counts. Not the time that the caller waits: on a machine with other work most of that is somebody else's.
/// </summary>
internal static class Costs
{
    /// <summary>They take what the one before them left, or all that there is.</summary>
    private static readonly string[] oneByOne = ["refresh", "sweep", "claim", "attempts"];

    public static async Task<Dictionary<(string Operation, Workload Work), double>> MeasureAsync(IReadOnlyList<Workload> sizes, int rounds, int calls, IReadOnlyList<Operation> operations, bool andStores = false)
    {
        var measured = new Dictionary<(string, Workload), List<double>>();
        for (var round = -1; round < rounds; round++)
            foreach (var operation in operations)
                foreach (var work in sizes)
                {
                    // Preparing a sweep is a hundred times the work.
                    var time = await TimeAsync(operation, work, operation.Name.StartsWith("sweep", StringComparison.Ordinal) ? Math.Max(1, calls / 20) : calls, andStores);
                    if (round < 0) continue; // the first is for warming up
                    if (!measured.TryGetValue((operation.Name, work), out var all)) measured.Add((operation.Name, work), all = []);
                    all.Add(time);
                }
        return measured.ToDictionary(pair => pair.Key, pair => Median(pair.Value));
    }

    private static async Task<double> TimeAsync(Operation operation, Workload work, int calls, bool andStores)
    {
        // One after the other, and so where somebody else comes between two calls.
        if (work.Grown.Others is not null || oneByOne.Contains(operation.Name.Split(' ')[0]))
        {
            var sum = TimeSpan.Zero;
            for (var i = 0; i < calls; i++) sum += await TimeAsync(operation, work, [await operation.Prepare(work)], andStores);
            return sum.TotalMicroseconds / calls;
        }
        var prepared = new List<object>(calls);
        for (var i = 0; i < calls; i++) prepared.Add(await operation.Prepare(work));
        return (await TimeAsync(operation, work, prepared, andStores)).TotalMicroseconds / calls;
    }

    private static async Task<TimeSpan> TimeAsync(Operation operation, Workload work, List<object> subjects, bool andStores)
    {
        if (work.Grown.Others is { } others) await others();
        var clock = await work.Grown.ClockAsync();
        // Where the database is in this process, the stores are counted already.
        if (andStores && !work.Grown.IsInProcess && clock is { } ofDatabase) clock = () => ofDatabase() + ProcessorClock.Own;
        var start = clock();
        foreach (var subject in subjects) await operation.Run(work, subject);
        return clock() - start;
    }

    public static double Median(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[values.Count / 2 - 1] + values[values.Count / 2]) / 2;
    }
}
