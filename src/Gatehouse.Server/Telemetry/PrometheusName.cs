using System.Buffers;
using OpenTelemetry.Metrics;

namespace Gatehouse.Server.Telemetry;

/// <summary>OpenTelemetry's names as Prometheus has them: <c>gatehouse.key.age</c> in seconds is <c>gatehouse_key_age_seconds</c>, and a counter ends in <c>_total</c>.</summary>
internal static class PrometheusName
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    public static string Of(Metric metric)
    {
        var (name, isGauge) = (OfLabel(metric.Name), metric.MetricType is MetricType.LongGauge or MetricType.DoubleGauge);
        // What stands in braces says what is counted, and is not a unit.
        var unit = metric.Unit switch { "s" => "seconds", "ms" => "milliseconds", "By" => "bytes", "1" when isGauge => "ratio", "%" => "percent", "" or "1" or null => "", _ when metric.Unit.StartsWith('{') => "", var other => OfLabel(other) };
        if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal)) name += "_" + unit;
        return IsCounter(metric) ? name + "_total" : name;
    }

    public static bool IsCounter(Metric metric) => metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;

    public static string OfLabel(string name) =>
        name.AsSpan().ContainsAnyExcept(Plain) ? string.Create(name.Length, name, static (span, name) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = Plain.Contains(name[i]) ? name[i] : '_';
        })
        : name;
}
