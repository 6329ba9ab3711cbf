using Gatehouse.Storage;

namespace Gatehouse.Growth.Asked;

/// <summary>A day in the life of one grant: what is asked because of it, and what is done for it afterwards, while nobody waits.</summary>
internal static class GrantDay
{
    public static readonly (Request Request, int Times)[] Requests = [(Request.Authorize, 1), (Request.CodeExchange, 1), (Request.Refresh, 3), (Request.Call, 60), (Request.EndSession, 1)];

    /// <summary>
    /// Each call is a minute's only one, so each is a recorded use. To be swept there are a family, a code, four refresh tokens, four access tokens and a challenge. Access that was granted, tokens that were issued and the session's end are written into the audit
    /// trail, and swept when they are old. One client is told of the session's end.
    /// </summary>
    private static readonly (string Operation, double Times)[] background =
    [
        ("record uses (20 families)", 60 / 20.0), ("sweep 100 tokens", 11 / 100.0), ("append 10 audit events", 3 / 10.0), ("sweep 5 audit events", 3 / 5.0), ("claim and remove a notice", 1),
    ];

    /// <summary>The processor time of the stores and of the database, for each of <paramref name="all"/>.</summary>
    public static async Task<double[]> BackgroundAsync(IReadOnlyList<Visitors> all, int rounds, int calls, CancellationToken ct)
    {
        var operations = background.Select(part => Operation.All.First(operation => operation.Name == part.Operation)).ToList();
        var work = new List<Workload>();
        foreach (var visitors in all) work.Add(new(visitors.Grown, await SampleAsync(visitors, ct), newest: false));
        var times = await Costs.MeasureAsync(work, rounds, calls, operations, andStores: true);
        return [.. work.Select(one => background.Sum(part => part.Times * times[(part.Operation, one)]))];
    }

    private static async Task<List<Artifact>> SampleAsync(Visitors visitors, CancellationToken ct)
    {
        const int Most = 4_000;
        var any = await visitors.Grown.SampleAsync(Most, newest: false, ct);
        if (visitors.IsWorst || visitors.Grown.Artifacts < 10_000) return [.. any];
        var day = await visitors.Grown.SampleOfLastDayAsync(Most * 9 / 10, ct);
        var mix = day.UnionBy(any.Take(day.Count / 9), token => token.Id).ToArray();
        new Random(11).Shuffle(mix);
        return [.. mix];
    }
}
