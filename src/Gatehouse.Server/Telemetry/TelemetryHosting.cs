using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gatehouse.Server.Telemetry;

/// <summary>OpenTelemetry without set-up: an endpoint in the environment is all that it needs. While there is none, none of it is even loaded.</summary>
internal static class TelemetryHosting
{
    private const string ServiceName = "gatehouse";

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var settings = TelemetrySettings.Read(builder.Configuration);
        if (!settings.SendsTraces && !settings.SendsMetrics && settings.Metrics is null) return;
        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come after our own word, so that they win.
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(static resource => resource
            .AddService(ServiceName, serviceVersion: typeof(TelemetryHosting).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector());
        if (settings.SendsTraces) telemetry.WithTracing(static traces => AddSources(traces).AddOtlpExporter());
        if (settings.SendsMetrics || settings.Metrics is not null)
            telemetry.WithMetrics(metrics =>
            {
                AddMeters(metrics);
                if (settings.SendsMetrics) metrics.AddOtlpExporter();
                if (settings.Metrics is not null) metrics.AddReader(static services => new BaseExportingMetricReader(services.GetRequiredService<PrometheusExporter>()));
            });
        if (settings.Metrics is null) return;
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<PrometheusExporter>();
        builder.Services.AddHostedService<MetricsListener>();
    }

    /// <summary>Queries of URLs are redacted by whoever makes these spans: they hold codes, hints and tokens.</summary>
    private static TracerProviderBuilder AddSources(TracerProviderBuilder traces) => traces
        .AddAspNetCoreInstrumentation(static options => options.Filter = static http => !http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        .AddSource("Gatehouse", "Npgsql", "System.Net.Http");

    /// <summary>No meter of <c>System.Net.Http</c>: its series are told apart by host, and clients that register themselves name hosts.</summary>
    private static void AddMeters(MeterProviderBuilder metrics) => metrics
        .AddMeter("Gatehouse", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql");
}
