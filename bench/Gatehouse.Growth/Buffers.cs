namespace Gatehouse.Growth;

/// <summary>Pages that PostgreSQL looks at for an operation: a count, the same on a busy machine as on an idle one.</summary>
internal static class Buffers
{
    /// <summary>Per operation: pages over all its statements, on average, and the statements that read a growing table from end to end.</summary>
    public static async Task<IReadOnlyList<(Operation Operation, double Pages, IReadOnlyList<Plan> Plans)>> CountAsync(Workload work, Plans plans, int calls)
    {
        var counted = new List<(Operation, double, IReadOnlyList<Plan>)>();
        foreach (var operation in Operation.All)
        {
            var all = new List<Plan>();
            for (var i = 0; i < calls; i++)
            {
                var subject = await operation.Prepare(work);
                plans.Take();
                await operation.Run(work, subject);
                all.AddRange(plans.Take());
            }
            counted.Add((operation, all.Sum(plan => plan.Buffers) / (double)calls, all));
        }
        return counted;
    }
}
