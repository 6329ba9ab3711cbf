using System.Globalization;
using System.Text;

namespace Gatehouse.Load.Overloading;

internal static class OverloadReport
{
    private const double Most = 3;

    public static string Write(Overloaded all, Options options)
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"Median of {options.Runs} runs of {Overload.WaitingTime * options.Amount} s. The least that Kestrel can answer costs {all.Costs.Bare:F1} µs of processor time, and a refusal at once {all.Costs.Refusal:F1} µs, and one of who has waited in vain {all.Costs.LateRefusal:F1} µs.");
        table.AppendLine("""

            | | offered, of what it can answer | over connections, at most | answered/s | of the peak | refused/s | found no connection, /s | p50, ms | p99, ms | server's processor | the other: PostgreSQL | and the load |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """);
        foreach (var row in all.Rows)
            foreach (var offer in row.Offers)
                table.AppendLine(CultureInfo.InvariantCulture,
                    $"| {row.Title} | {offer.Times} × | {offer.Connections} | {offer.Answered:N0} | {100 * offer.Answered / row.Peak:F0} % | {offer.Median(run => run.Refused / run.Seconds):N0} | {offer.Median(run => run.WentAway / run.Seconds):N0} | {offer.Median(run => run.P50):F1} | {offer.Median(run => run.P99):F1} | {100 * offer.Median(run => run.Busy![0]):F0} % | {100 * offer.Median(run => run.Busy![1]):F0} % | {100 * offer.Median(run => run.Busy![2]):F0} % |");
        table.AppendLine("""

            | | costs, µs | a refusal, of that | best possible at 3 ×, with these refusals | with Kestrel's least |
            | --- | ---: | ---: | ---: | ---: |
            """);
        foreach (var row in all.Rows)
            table.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Title} | {row.Microseconds:F0} | {100 * all.Costs.Refusal / row.Microseconds:F0} % | {100 * Best(all.Costs.Refusal / row.Microseconds):F0} % | {100 * Best(all.Costs.Bare / row.Microseconds):F0} % |");
        return table.ToString();
    }

    /// <summary>A processor answers a share g of what it could and refuses the rest of three times as much, x as dear each: g + (3 - g) x = 1.</summary>
    private static double Best(double x) => Math.Max(0, (1 - Most * x) / (1 - x));
}
