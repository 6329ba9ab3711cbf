using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Gatehouse.Server.Telemetry;

/// <summary>Prometheus' text format, version 0.0.4: every Prometheus reads it. The numbers are OpenTelemetry's; only the letters are ours (decision 21).</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new(16 * 1024);

    public override string ToString() => text.ToString();

    /// <summary>Who tells: name, version and instance, as one series that others are joined to.</summary>
    public void WriteTarget(Resource resource)
    {
        Head("target_info", "gauge", "The process that tells this.");
        text.Append("target_info");
        var first = true;
        foreach (var (name, value) in resource.Attributes) Label(name, value, ref first);
        if (!first) text.Append('}');
        text.Append(" 1\n");
    }

    public void Write(string name, IReadOnlyList<Metric> family)
    {
        Head(name, family[0].MetricType is MetricType.Histogram ? "histogram" : PrometheusName.IsCounter(family[0]) ? "counter" : "gauge", family[0].Description);
        foreach (var metric in family)
            foreach (ref readonly var point in metric.GetMetricPoints())
                Write(name, metric.MetricType, point);
    }

    private void Write(string name, MetricType type, in MetricPoint point)
    {
        switch (type)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Line(name, point.Tags, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Line(name, point.Tags, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                Line(name, point.Tags, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                Line(name, point.Tags, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                WriteHistogram(name, point);
                break;
            default:
                // Exponential histograms have no form in this format, and nothing here makes one.
                break;
        }
    }

    private void WriteHistogram(string name, in MetricPoint point)
    {
        // Each bucket counts those below it as well.
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets()) Line(name + "_bucket", point.Tags, below += bucket.BucketCount, bucket.ExplicitBound);
        Line(name + "_sum", point.Tags, point.GetHistogramSum());
        Line(name + "_count", point.Tags, point.GetHistogramCount());
    }

    private void Head(string name, string type, string? description)
    {
        if (!string.IsNullOrEmpty(description)) text.Append("# HELP ").Append(name).Append(' ').Append(description.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private void Line(string name, ReadOnlyTagCollection tags, double value, double? upTo = null)
    {
        text.Append(name);
        var first = true;
        foreach (var (key, of) in tags) Label(key, of, ref first);
        if (upTo is { } bound) Label("le", Number(bound), ref first);
        if (!first) text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private void Label(string name, object? value, ref bool first)
    {
        var shown = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        text.Append(first ? '{' : ',').Append(PrometheusName.OfLabel(name)).Append("=\"")
            .Append(shown.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('"');
        first = false;
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
