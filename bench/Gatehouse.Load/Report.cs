using System.Globalization;
using System.Text;

namespace Gatehouse.Load;

/// <summary>The tables of the rows, and where all tables go.</summary>
internal static class Report
{
    public static string Heading { get; } = string.Create(CultureInfo.InvariantCulture,
        $"{"target",-27} {"row",-18} {"req/s",7} {"server us",9} {"db us",6} {"load us",7} {"p50 ms",7} {"p99 ms",7} {"busy",5} {"other",5} {"failed",6}");

    /// <summary>The latest run.</summary>
    public static string Line(Series series)
    {
        var run = series.Runs[^1];
        return string.Create(CultureInfo.InvariantCulture,
            $"{series.Target,-27} {series.Row,-18} {run.PerSecond,7:F0} {run.ServerMicroseconds,9:F1} {run.DatabaseMicroseconds,6:F1} {run.LoadMicroseconds,7:F1} {run.P50,7:F2} {run.P99,7:F2} {run.ServerBusy,5:F2} {run.Foreign,5:F2} {run.Failures,6} {run.FirstFailure?.ReplaceLineEndings(" ")}");
    }

    /// <summary>To the console, to <c>bench/results/</c>, and into the documentation.</summary>
    public static void Write(string part, string text, Options options, string document = "performance.md")
    {
        Console.WriteLine("\n" + text);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Parts.Folder, "results")).FullName, part + ".md"), text);
        if (options.UpdateDocs) UpdateDocs(part, text, document);
    }

    public static string Rows(List<Series> all, Options options) => $"{Conditions(all.SelectMany(series => series.Runs), options)}\n{Ratios(all)}\n{Details(all)}";

    public static string Conditions(IEnumerable<Measurement> runs, Options options) => string.Create(CultureInfo.InvariantCulture,
        $"Median of {options.Runs} runs of {options.Seconds} s per row; others used {runs.Select(run => run.Foreign).DefaultIfEmpty().Average():F2} processors meanwhile.\n");

    private static string Ratios(List<Series> all)
    {
        var table = new StringBuilder("""
            | | store | req/s | of the bare endpoint's req/s | of its requests per processor second | target | × oidc-provider | target | × OpenIddict | target | holds |
            | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |

            """);
        foreach (var row in Row.All)
            foreach (var ours in all.Where(series => series.Product is Product.Gatehouse && series.Row == row.Name))
            {
                var limit = Fastest(all.Where(series => series.Product is Product.Limit && series.Row == row.Name && (series.Store == ours.Store || series.Store is Store.None)));
                var peerRow = row == Row.CachedCall ? Row.Call : row; // neither peer has a cache for it
                var oidcProvider = ours.Ratio(Fastest(all.Where(series => series.Product is Product.OidcProvider && series.Row == peerRow.Name)), run => run.PerSecond);
                var openIddict = ours.Ratio(Fastest(all.Where(series => series.Product is Product.OpenIddict && series.Row == peerRow.Name)), run => run.PerSecond);
                var share = ours.Ratio(limit, run => run.PerSecond);
                var verdicts = new[] { Holds(share, row.OfLimit), Holds(oidcProvider, row.TimesOidcProvider), Holds(openIddict, row.TimesOpenIddict) };
                var holds = verdicts.Contains("?") ? "?" : verdicts.Contains("no") ? "no" : verdicts.Contains("yes") ? "yes" : "";
                table.AppendLine(CultureInfo.InvariantCulture,
                    $"| {row.Title} | {ours.Store} | {ours.Median(run => run.PerSecond):N0} | {Percent(share)} | {Percent(ours.Ratio(limit, run => 1 / run.ServerMicroseconds))} | {Percent(row.OfLimit)} | {oidcProvider:F1} | {row.TimesOidcProvider} | {openIddict:F0} | {row.TimesOpenIddict} | {holds} |");
            }
        return table.ToString();
    }

    private static string Details(List<Series> all)
    {
        var table = new StringBuilder("""
            | | server | req/s | per server core | server CPU, µs | PostgreSQL CPU, µs | p50, ms | p99, ms | SQL round trips | failed |
            | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |

            """);
        foreach (var row in Row.All)
            foreach (var series in all.Where(series => series.Row == row.Name))
                table.AppendLine(CultureInfo.InvariantCulture,
                    $"| {row.Title} | {series.Target} | {series.Median(run => run.PerSecond):N0} | {series.Median(run => 1e6 / run.ServerMicroseconds):N0} | {series.Median(run => run.ServerMicroseconds):F0} | {(series.Store is Store.PostgreSql ? series.Median(run => run.DatabaseMicroseconds) : null):F0} | {series.Median(run => run.P50):F2} | {series.Median(run => run.P99):F2} | {series.RoundTrips:F0} | {series.Failures} |");
        return table.ToString();
    }

    private static string Holds(double? reached, double? target) => target is null ? "" : reached is null ? "?" : reached >= target ? "yes" : "no";

    private static string Percent(double? share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:F0}{(share is null ? "" : " %")}");

    private static Series? Fastest(IEnumerable<Series> series) => series.MaxBy(one => one.Median(run => run.PerSecond));

    private static void UpdateDocs(string part, string text, string name)
    {
        var (from, to) = ($"<!-- bench:{part} -->", $"<!-- bench:{part}:end -->");
        var file = Path.Combine(Parts.Folder, "..", "docs", name);
        var document = File.ReadAllText(file);
        var (start, end) = (document.IndexOf(from, StringComparison.Ordinal), document.IndexOf(to, StringComparison.Ordinal));
        if (start < 0 || end < start) throw new InvalidOperationException($"{file} has no {from} and {to} to put the tables between.");
        File.WriteAllText(file, document[..(start + from.Length)] + "\n" + text + document[end..]);
    }
}
