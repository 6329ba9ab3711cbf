using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

internal static class Telemetry
{
    public static void Add(WebApplicationBuilder builder)
    {
        #region telemetry
        builder.Services.AddOpenTelemetry()
            .WithTracing(traces => traces.AddSource("Gatehouse"))
            .WithMetrics(metrics => metrics.AddMeter("Gatehouse"));
        #endregion
    }
}
