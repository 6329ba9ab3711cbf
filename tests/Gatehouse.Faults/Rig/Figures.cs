using System.Globalization;
using Gatehouse.Faults.Load;

namespace Gatehouse.Faults.Rig;

/// <param name="Fault">What was done.</param>
/// <param name="Strikes">How often.</param>
/// <param name="Traffic">Under which.</param>
/// <param name="Recovery">From the end of a fault to the last failure, at worst.</param>
/// <param name="Took">In all.</param>
internal sealed record Figures(string Fault, int Strikes, Traffic Traffic, TimeSpan Recovery, TimeSpan Took)
{
    public static string Head { get; } = """
        | Fault | Times | Requests | Exchanges | Given again | 503 | Broken | Timed out | Slowest 503 | Recovered after | Violations |
        | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
        """;

    public string Row => Write($"| {Fault} | {Strikes} | {Traffic.Ledger.Requests:N0} | {Exchanges:N0} | {Traffic.Ledger.Repeats:N0} | {Count(Outcome.Unavailable)} | {Count(Outcome.Broken)} | {Count(Outcome.TimedOut)} | {Traffic.Ledger.SlowestFailure.TotalSeconds:0.0} s | {Recovery.TotalSeconds:0.0} s | {Traffic.Ledger.Violations.Count} |");

    private int Exchanges => Traffic.Ledger.Families.Sum(static family => family.RefreshTokens.Count);

    private string Count(Outcome outcome) => Write($"{Traffic.Ledger.CountOf(outcome):N0}");

    private static string Write(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
