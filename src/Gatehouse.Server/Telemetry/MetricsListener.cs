using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Gatehouse.Server.Telemetry;

/// <summary>
/// Answers <c>/metrics</c> on a port of its own, and nothing else there. Not a path of the public address: behind a proxy everybody comes from loopback, a Host header says what its sender
/// likes, and one forgotten rule in the proxy would tell the world who the clients are.
/// </summary>
internal sealed partial class MetricsListener(PrometheusExporter exporter, TelemetrySettings settings, ILoggerFactory loggers, ILogger<MetricsListener> log) : IHostedService, IAsyncDisposable
{
    private readonly byte[]? token = settings.MetricsToken is { } text ? Hash(text) : null;
    private WebApplication? app;

    /// <summary>Where it listens; null before it does.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(loggers);
        // That the application started is the server's to say, and once.
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Metrics!);
        });
        app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(cancellationToken);
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Listening(log, Address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => app?.DisposeAsync() ?? default;

    private Task AnswerAsync(HttpContext http)
    {
        var response = http.Response;
        if (http.Request.Path != "/metrics" || !HttpMethods.IsGet(http.Request.Method))
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
            return Task.CompletedTask;
        }
        if (!IsAllowed(http.Request.Headers.Authorization.ToString()))
        {
            response.StatusCode = (int)HttpStatusCode.Unauthorized;
            response.Headers.WWWAuthenticate = "Bearer";
            Refused(log, http.Connection.RemoteIpAddress);
            return Task.CompletedTask;
        }
        if (exporter.Read() is not { } text)
        {
            response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            return Task.CompletedTask;
        }
        response.ContentType = PrometheusText.ContentType;
        return response.WriteAsync(text, http.RequestAborted);
    }

    private bool IsAllowed(string authorization) =>
        token is null || (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && CryptographicOperations.FixedTimeEquals(Hash(authorization["Bearer ".Length..]), token));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [LoggerMessage(5021, LogLevel.Information, "Metrics are at {Address}metrics, for Prometheus.")]
    private static partial void Listening(ILogger log, Uri address);

    [LoggerMessage(5022, LogLevel.Warning, "Metrics were refused to {Caller}, which showed no token or a wrong one. Give Prometheus the value of Gatehouse:Metrics:Token (authorization: credentials). If it is not yours, see why it can reach this port.")]
    private static partial void Refused(ILogger log, IPAddress? caller);
}
