// OpenID Connect RP-Initiated Logout 1.0 - OpenID Connect RP-Initiated Logout 1.0
using Gatehouse.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Logout;

internal static class LogoutServices
{
    public static void AddLogout(this IServiceCollection services)
    {
        services.TryAddSingleton<LogoutRequestReader>();
        services.TryAddSingleton<LogoutEndpoint>();
        services.TryAddSingleton<LogoutToken>();
        services.TryAddSingleton<BackChannelDelivery>();
        services.AddHostedService<BackChannelSender>();
        services.AddSingleton<MetadataContribution, LogoutMetadata>();
    }
}
