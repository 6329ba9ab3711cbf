using System.Net;
using Gatehouse.Server.Hosting;

namespace Gatehouse.Server.Telemetry;

/// <summary>What of telemetry is on: nothing, until somebody says where to.</summary>
/// <param name="SendsTraces">To a collector, which OpenTelemetry's own variables name.</param>
/// <param name="SendsMetrics">As traces.</param>
/// <param name="Metrics">Where a Prometheus may ask; null for nowhere.</param>
/// <param name="MetricsToken">What it must show; null if nothing.</param>
internal sealed record TelemetrySettings(bool SendsTraces, bool SendsMetrics, IPEndPoint? Metrics, string? MetricsToken)
{
    private const string UrlSetting = "Gatehouse:Metrics:Url", TokenSetting = "Gatehouse:Metrics:Token", Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const int LeastToken = 16;

    public static TelemetrySettings Read(IConfiguration configuration)
    {
        bool Has(string name) => configuration[name] is { Length: > 0 };
        var (url, token) = (configuration[UrlSetting], configuration[TokenSetting]);
        if (string.IsNullOrEmpty(token)) token = null;
        var endpoint = string.IsNullOrEmpty(url) ? null : EndpointOf(url);
        if (token is { Length: < LeastToken })
            throw new SettingsException($"{TokenSetting} has {token.Length} characters and could be guessed. Make a new one: openssl rand -base64 24. (gatehouse explain 7012)");
        // A port of its own is no proxy's business, so there loopback means this machine; everywhere else anybody may come along.
        if (endpoint is not null && token is null && !IPAddress.IsLoopback(endpoint.Address))
            throw new SettingsException($"{UrlSetting} {url} can be reached from other machines. Set {TokenSetting}, and give the same to Prometheus (authorization: credentials), or listen on 127.0.0.1. (gatehouse explain 7050)");
        return new(Has(Collector) || Has("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), Has(Collector) || Has("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"), endpoint, token);
    }

    private static IPEndPoint EndpointOf(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/")
            throw new SettingsException($"{UrlSetting} '{url}' is no address to listen on. Write it as http://127.0.0.1:9464. (gatehouse explain 7050)");
        return uri.Host is "localhost" ? new(IPAddress.Loopback, uri.Port)
            : IPAddress.TryParse(uri.DnsSafeHost, out var address) ? new(address, uri.Port)
            : throw new SettingsException($"{UrlSetting} '{url}' has a name for a host. Write an address of this machine: 127.0.0.1, or 0.0.0.0 for all. (gatehouse explain 7050)");
    }
}
