using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Load;

/// <summary>The tables: to the console, to <c>bench/results/</c>, and into the documentation between two marks.</summary>
internal static class Report
{
    private const string Start = "<!-- bench:start -->", End = "<!-- bench:end -->";
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    public static string Heading { get; } = string.Create(CultureInfo.InvariantCulture,
        $"{"target",-26} {"row",-18} {"req/s",7} {"per core",8} {"server us",9} {"db us",6} {"load us",7} {"p50 ms",7} {"p99 ms",7} {"busy",5} {"other",5} {"trips",5} {"failed",6}");

    public static string Line(Measurement m) => string.Create(CultureInfo.InvariantCulture,
        $"{m.Target,-26} {m.Row,-18} {m.PerSecond,7:F0} {m.PerServerCore,8:F0} {m.ServerMicroseconds,9:F1} {m.DatabaseMicroseconds,6:F1} {m.LoadMicroseconds,7:F1} {m.P50,7:F2} {m.P99,7:F2} {m.ServerBusy,5:F2} {m.Foreign,5:F2} {m.RoundTrips,5:F0} {m.Failures,6} {m.FirstFailure?.ReplaceLineEndings(" ")}");

    public static void Write(IReadOnlyList<Measurement> measurements, Options options, string machine)
    {
        var text = $"{machine} {options.Runs} runs of {options.Seconds.ToString(CultureInfo.InvariantCulture)} s per row, the median shown.\n\n{Ratios(measurements)}\n{Details(measurements)}";
        Console.WriteLine("\n" + text);

        var results = Directory.CreateDirectory(Path.Combine(Parts.Folder, "results")).FullName;
        File.WriteAllText(Path.Combine(results, "results.md"), text);
        File.WriteAllText(Path.Combine(results, "results.json"), JsonSerializer.Serialize(measurements, indented));
        if (options.UpdateDocs) UpdateDocs(text);
    }

    private static string Ratios(IReadOnlyList<Measurement> all)
    {
        var table = new StringBuilder("""
            | | store | req/s | of the bare endpoint's req/s | the same in processor time | target | × oidc-provider | × OpenIddict | holds |
            | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |

            """);
        foreach (var row in Row.All)
            foreach (var ours in all.Where(m => m.Product is Product.Gatehouse && m.Row == row.Name))
            {
                var limit = Fastest(all.Where(m => m.Product is Product.Limit && m.Row == row.Name && (m.Store == ours.Store || m.Store is Store.None)));
                var peerRow = row == Row.CachedCall ? Row.Call : row; // neither peer has a cache for it
                var oidcProvider = Fastest(all.Where(m => m.Product is Product.OidcProvider && m.Row == peerRow.Name));
                var openIddict = Fastest(all.Where(m => m.Product is Product.OpenIddict && m.Row == peerRow.Name));
                double? share = ours.PerSecond / limit?.PerSecond, timesOidcProvider = ours.PerSecond / oidcProvider?.PerSecond, timesOpenIddict = ours.PerSecond / openIddict?.PerSecond;
                var holds = share >= row.OfLimit && timesOidcProvider >= row.TimesOidcProvider && timesOpenIddict >= row.TimesOpenIddict;
                table.AppendLine(CultureInfo.InvariantCulture,
                    $"| {row.Title} | {ours.Store} | {ours.PerSecond:N0} | {share:P0} | {ours.PerServerCore / limit?.PerServerCore:P0} | {row.OfLimit:P0} | {timesOidcProvider:F1} (≥ {row.TimesOidcProvider}) | {timesOpenIddict:F0} (≥ {row.TimesOpenIddict}) | {(holds ? "yes" : "no")} |");
            }
        return table.ToString();
    }

    private static string Details(IReadOnlyList<Measurement> all)
    {
        var table = new StringBuilder("""
            | | server | req/s | per server core | server CPU, µs | PostgreSQL CPU, µs | p50, ms | p99, ms | SQL round trips | failed |
            | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |

            """);
        foreach (var row in Row.All)
            foreach (var m in all.Where(m => m.Row == row.Name))
                table.AppendLine(CultureInfo.InvariantCulture,
                    $"| {row.Title} | {m.Target} | {m.PerSecond:N0} | {m.PerServerCore:N0} | {m.ServerMicroseconds:N0} | {(m.Store is Store.PostgreSql ? m.DatabaseMicroseconds : null):N0} | {m.P50:F2} | {m.P99:F2} | {m.RoundTrips:F0} | {m.Failures} |");
        return table.ToString();
    }

    private static Measurement? Fastest(IEnumerable<Measurement> measurements) => measurements.MaxBy(m => m.PerSecond);

    private static void UpdateDocs(string text)
    {
        var file = Path.Combine(Parts.Folder, "..", "docs", "performance.md");
        var document = File.ReadAllText(file);
        var (start, end) = (document.IndexOf(Start, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        if (start < 0 || end < start) throw new InvalidOperationException($"{file} has no {Start} and {End} to put the tables between.");
        File.WriteAllText(file, document[..(start + Start.Length)] + "\n" + text + document[end..]);
    }
}
