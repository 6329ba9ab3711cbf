using System.Globalization;

namespace Gatehouse.Cli.Top;

/// <summary>A node between two looks at it.</summary>
internal sealed record NodeView(string Name, Scrape? Before, Scrape? Now, TimeProvider Clock)
{
    public static readonly string[] Headings = ["node", "tokens/s", "refused/s", "failed/s", "shed/s", "p50 ms", "p99 ms", "cache hits", "replays", "oldest key", "memory"];

    public IReadOnlyList<string> Row() => Now is null
        ? [Name, "down", "", "", "", "", "", "", "", "", ""]
        :
        [
            Name,
            PerSecond("gatehouse_token_requests_total"),
            PerSecond("gatehouse_token_requests_total", "gatehouse_outcome=\"refused\""),
            PerSecond("gatehouse_token_requests_total", "gatehouse_outcome=\"failed\""),
            PerSecond("gatehouse_sheds_total"),
            Milliseconds(0.5),
            Milliseconds(0.99),
            Hits(),
            Text(Now.Sum("gatehouse_replays_total")),
            Now.Max("gatehouse_key_age_seconds") is { } age ? Text(age / 86400, " d") : "-",
            Now.Max("dotnet_process_memory_working_set_bytes") is { } bytes ? Text(bytes / 1e6, " MB") : "-",
        ];

    private string PerSecond(string name, string? label = null) => Rise(name, label) is { } rise ? Text(rise / Seconds) : "-";

    /// <summary>Null at the first look, and when the process was started again meanwhile: its counters begin at zero.</summary>
    private double? Rise(string name, string? label = null) => Before is null || Now is null ? null : Now.Sum(name, label) - Before.Sum(name, label) is var rise and >= 0 ? rise : null;

    private double Seconds => Math.Max(0.001, Clock.GetElapsedTime(Before!.At, Now!.At).TotalSeconds);

    private string Hits() => Rise("gatehouse_cache_lookups_total") is { } all and > 0
        ? Text(100 * (Rise("gatehouse_cache_lookups_total", "gatehouse_outcome=\"hit\"") ?? 0) / all, " %") : "-";

    /// <summary>The bound of the bucket in which it lies: no finer than the buckets are.</summary>
    private string Milliseconds(double quantile)
    {
        const string Bucket = "gatehouse_token_request_duration_seconds_bucket", Bound = "le=\"";
        if (Before is null) return "-";
        var buckets = Now!.Values.Keys.Where(key => key.StartsWith(Bucket, StringComparison.Ordinal)).Select(key => key[(key.IndexOf(Bound, StringComparison.Ordinal) + Bound.Length)..].Split('"')[0]).Distinct(StringComparer.Ordinal)
            .Select(bound => (Bound: bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture), Rise: Rise(Bucket, $"le=\"{bound}\"") ?? 0)).OrderBy(bucket => bucket.Bound).ToList();
        if (buckets.Count == 0 || buckets[^1].Rise <= 0) return "-";
        var at = buckets.First(bucket => bucket.Rise >= quantile * buckets[^1].Rise).Bound;
        return double.IsInfinity(at) ? "> 10,000" : "≤ " + Text(at * 1000);
    }

    private static string Text(double value, string unit = "") => value.ToString(value is > 0 and < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture) + unit;
}
