using Gatehouse.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Registration;

internal static class RegistrationServices
{
    public static void AddRegistration(this IServiceCollection services)
    {
        services.TryAddSingleton<InitialAccessToken>();
        services.TryAddSingleton<RegistrationQuota>();
        services.TryAddSingleton<RegistrationPolicy>();
        services.TryAddSingleton<SoftwareStatement>();
        services.TryAddSingleton<SectorIdentifier>();
        services.TryAddSingleton<Registrar>();
        services.TryAddSingleton<RegistrationEndpoint>();
        services.TryAddSingleton<RegistrationManagementEndpoint>();
        services.AddSingleton<MetadataContribution, RegistrationMetadata>();
        services.AddHostedService<RegistrationNotice>();
    }
}
