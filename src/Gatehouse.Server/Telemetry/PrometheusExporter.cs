using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Gatehouse.Server.Telemetry;

/// <summary>Collects when it is asked, and writes what it got as text for Prometheus.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock collecting = new();
    private string? text;

    public Func<int, bool>? Collect { get; set; }

    /// <summary>The text, or null if it could not be collected.</summary>
    public string? Read()
    {
        // Two that ask at once get one answer each, one after the other: the points are read while they are collected.
        lock (collecting)
        {
            text = null;
            return Collect?.Invoke(Timeout.Infinite) == true ? text : null;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var writer = new PrometheusText();
        writer.WriteTarget(ParentProvider.GetResource());
        var metrics = new List<Metric>();
        foreach (var metric in batch) metrics.Add(metric);
        foreach (var family in metrics.GroupBy(PrometheusName.Of, StringComparer.Ordinal).OrderBy(family => family.Key, StringComparer.Ordinal)) writer.Write(family.Key, [.. family]);
        text = writer.ToString();
        return ExportResult.Success;
    }
}
