using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Fetch;

/// <summary>Says at start what the allow-list opens: in production it should say nothing.</summary>
internal sealed partial class FetchNotice(IOptions<GatehouseOptions> options, ILogger<FetchNotice> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var fetch = options.Value.Fetch;
        if (fetch.AllowedHosts.Count + fetch.AllowedNetworks.Count > 0)
            Opened(log, string.Join(", ", fetch.AllowedHosts.Concat(fetch.AllowedNetworks)), fetch.AcceptAnyCertificateOfAllowedHosts ? ", with any certificate" : "");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1151, LogLevel.Warning, "URLs that clients registered may lead to {Places}{Certificates}: this server can be made to call them. Keep Gatehouse:Fetch:AllowedHosts and AllowedNetworks empty where strangers can register clients.")]
    private static partial void Opened(ILogger log, string places, string certificates);
}
