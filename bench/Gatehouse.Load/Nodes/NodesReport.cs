using System.Globalization;
using System.Text;

namespace Gatehouse.Load.Nodes;

internal static class NodesReport
{
    /// <summary>Two nodes, of what one does.</summary>
    private const double Target = 1.7;

    public static string Line(Mixed mixed)
    {
        var run = mixed.Runs[^1];
        return string.Create(CultureInfo.InvariantCulture,
            $"{mixed.Setting.Nodes} node(s), {(mixed.Setting.Tls ? "TLS" : "clear")}{(mixed.Setting.Held ? ", held" : "")}: {run.PerSecond:F0}/s, nodes {run.ServerMicroseconds:F1} us, db {run.DatabaseMicroseconds:F1} us, load {run.LoadMicroseconds:F1} us, p50 {run.P50:F2} ms, p99 {run.P99:F2} ms, busy {run.ServerBusy:F2}, other {run.Foreign:F2}, failed {run.Failures} {run.FirstFailure?.ReplaceLineEndings(" ")}");
    }

    public static string Write(List<Mixed> all)
    {
        var text = new StringBuilder("""
            All nodes on one core, which they share:

            | | nodes | operations/s | nodes' CPU per operation, µs | of one node's | PostgreSQL CPU, µs | SQL round trips | p50, ms | p99, ms | failed |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |

            """);
        foreach (var mixed in all.Where(mixed => !mixed.Setting.Held && !mixed.IsCompared))
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {Wire(mixed)} | {mixed.Setting.Nodes} | {mixed.Median(run => run.PerSecond):N0} | {mixed.Median(run => run.ServerMicroseconds):F0} | {Of(all, mixed, run => run.ServerMicroseconds):P0} | {mixed.Median(run => run.DatabaseMicroseconds):F0} | {mixed.RoundTrips:F2} | {mixed.Median(run => run.P50):F2} | {mixed.Median(run => run.P99):F2} | {mixed.Runs.Sum(run => run.Failures)} |");
        var alone = all.First(mixed => !mixed.Setting.Held && !mixed.IsCompared);
        text.Append("""

            The same in clear, by how many connections each node has. PostgreSQL's statements are counted under load:

            | nodes | connections | each node has | nodes' CPU per operation, µs | of one node's with 16 | PostgreSQL CPU, µs | statements per operation |
            | ---: | ---: | ---: | ---: | ---: | ---: | ---: |

            """);
        foreach (var mixed in all.Where(mixed => mixed.Setting is { Held: false, Tls: false }).OrderBy(mixed => mixed.Setting.Nodes).ThenBy(mixed => mixed.Setting.Connections))
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {mixed.Setting.Nodes} | {mixed.Setting.Connections} | {(double)mixed.Setting.Connections / mixed.Setting.Nodes:0.#} | {mixed.Median(run => run.ServerMicroseconds):F0} | {Ratio(mixed, alone, run => run.ServerMicroseconds):P0} | {mixed.Median(run => run.DatabaseMicroseconds):F0} | {mixed.Statements:F2} |");
        if (!all.Exists(mixed => mixed.Setting.Held)) return text.Append("\nHeld to a share each they were not measured: that needs root and control groups.\n").ToString();

        text.Append(CultureInfo.InvariantCulture, $"""

            Each node held to {MixedLoad.Share:P0} of one core by a control group, as if it had a small machine of its own:

            | | nodes | operations/s | × one node | target | holds | p50, ms | p99, ms | failed |
            | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |

            """);
        foreach (var mixed in all.Where(mixed => mixed.Setting.Held))
        {
            var times = Of(all, mixed, run => run.PerSecond);
            var judged = mixed.Setting.Nodes == 2;
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {Wire(mixed)} | {mixed.Setting.Nodes} | {mixed.Median(run => run.PerSecond):N0} | {times:F2} | {(judged ? Target : null):F1} | {(judged ? times >= Target ? "yes" : "no" : "")} | {mixed.Median(run => run.P50):F2} | {mixed.Median(run => run.P99):F2} | {mixed.Runs.Sum(run => run.Failures)} |");
        }
        return text.ToString();
    }

    private static string Wire(Mixed mixed) => mixed.Setting.Tls ? "TLS" : "in clear";

    /// <summary>Run by run, as each run of all settings was made within the same minutes.</summary>
    private static double Of(List<Mixed> all, Mixed mixed, Func<Measurement, double> value) =>
        Ratio(mixed, all.First(other => other.Setting == mixed.Setting with { Nodes = 1, Connections = Load.Target.Connections }), value);

    private static double Ratio(Mixed mixed, Mixed one, Func<Measurement, double> value)
    {
        var ratios = mixed.Runs.Zip(one.Runs, (run, first) => value(run) / value(first)).Order().ToList();
        return ratios[(ratios.Count - 1) / 2];
    }
}
