using System.Globalization;
using System.Text;
using Gatehouse.Storage;

namespace Gatehouse.Growth;

/// <summary>
/// What a caller's request costs, node and database together, among tokens as they come in: nine of ten are of the last day's sign-ins and refreshes, the tenth of any age. What a node does for a request does not
/// depend on how many tokens there are, so that is taken from <c>docs/performance.md</c>.
/// </summary>
internal static class Requests
{
    /// <summary>What a node pays for one, in µs of processor time.</summary>
    public const double SignInNode = 69, RefreshNode = 118, CallNode = 42;

    private const int Most = 2_000;

    private static readonly Operation
        call = Named("find a token"),
        signIn = Named("sign in (family, two tokens)"),
        refresh = new("refresh (find, redeem, two tokens)", Named("refresh (redeem, two tokens)").Prepare, static async (work, token) =>
        {
            await call!.Run(work, token);
            await Named("refresh (redeem, two tokens)").Run(work, token);
        });

    /// <param name="grown">Every size, smallest first.</param>
    /// <param name="atRandom">The costs of the largest for tokens of any age, by operation.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="calls">How many in a round.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<string> TableAsync(IReadOnlyList<GrownPostgreSql> grown, Func<Operation, double> atRandom, int rounds, int calls, CancellationToken ct)
    {
        var work = new List<Workload>();
        foreach (var database in grown) work.Add(new(database, await MixAsync(database, ct), newest: false));
        var times = await Costs.MeasureAsync(work, rounds, calls, [call, signIn, refresh]);
        var text = new StringBuilder("As requests: a node's processor time and the database's together, when nine of ten tokens are of the last day and the tenth is of any age. Worst case: all of any age.\n\n");
        text.Append("| request | of it the node, µs |").AppendJoin("", grown.Select(one => string.Create(CultureInfo.InvariantCulture, $" {one.Artifacts:N0}, µs |")))
            .AppendLine(CultureInfo.InvariantCulture, $" {grown[^1].Artifacts:N0}, worst case, µs | largest / smallest | worst case / smallest |");
        text.Append("| --- | ---: |").AppendJoin("", grown.Select(_ => " ---: |")).AppendLine(" ---: | ---: | ---: |");
        foreach (var (name, operation, node, worst) in new[]
        {
            ("call with a reference token", call, CallNode, atRandom(call)), ("sign-in", signIn, SignInNode, atRandom(signIn)), ("refresh", refresh, RefreshNode, atRandom(call) + atRandom(Named("refresh (redeem, two tokens)"))),
        })
        {
            double[] costs = [.. work.Select(one => node + times[(operation.Name, one)])];
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {node:F0} |").AppendJoin("", costs.Select(cost => string.Create(CultureInfo.InvariantCulture, $" {cost:F0} |")))
                .AppendLine(CultureInfo.InvariantCulture, $" {node + worst:F0} | {costs[^1] / costs[0]:F2} | {(node + worst) / costs[0]:F2} |");
        }
        return text.ToString();
    }

    private static async Task<List<Artifact>> MixAsync(GrownPostgreSql grown, CancellationToken ct)
    {
        var day = await grown.SampleOfLastDayAsync(Most * 9 / 10, ct);
        var any = await grown.SampleAsync(Math.Max(1, day.Count / 9), newest: false, ct);
        var mix = day.UnionBy(any, token => token.Id).ToArray();
        new Random(11).Shuffle(mix);
        return [.. mix];
    }

    private static Operation Named(string name) => Operation.All.First(operation => operation.Name == name);
}
