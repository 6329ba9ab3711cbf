using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>Says at start what registration opens.</summary>
internal sealed partial class RegistrationNotice(IOptions<GatehouseOptions> options, ILogger<RegistrationNotice> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Registration is { Enabled: true, Dangerous: var dangerous })
        {
            if (dangerous.OpenToAnybody) Open(log);
            if (dangerous.PkceOptional) NoPkce(log);
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1855, LogLevel.Warning, "Anybody can register a client here (Gatehouse:Registration:Dangerous:OpenToAnybody). Their users are warned and always asked; quotas hold. Unless this is meant, set it to false and hand out initial access tokens.")]
    private static partial void Open(ILogger log);

    [LoggerMessage(1856, LogLevel.Warning, "Confidential clients that register themselves need no PKCE (Gatehouse:Registration:Dangerous:PkceOptional). It is for clients from before PKCE and for certification; else set it to false.")]
    private static partial void NoPkce(ILogger log);
}
