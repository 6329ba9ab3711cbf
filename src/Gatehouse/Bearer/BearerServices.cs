using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Bearer;

/// <summary>The schemes, and scopes as requirements.</summary>
internal static class BearerServices
{
    public static void AddBearer(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(SchemeSelection))) return;
        services.AddSingleton<SchemeSelection>();
        services.AddSingleton<IPostConfigureOptions<AuthenticationOptions>>(provider => provider.GetRequiredService<SchemeSelection>());
        services.AddSingleton(provider =>
        {
            // Known once the app's own configuration has run, which reading the options makes sure of.
            _ = provider.GetRequiredService<IOptions<AuthenticationOptions>>().Value;
            return provider.GetRequiredService<SchemeSelection>().App;
        });
        services.AddTransient<BearerHandler>();
        services.AddTransient<BearerOrCookieHandler>();
        services.AddAuthentication(options =>
        {
            options.AddScheme<BearerHandler>(GatehouseAuthentication.Scheme, null);
            options.AddScheme<BearerOrCookieHandler>(GatehouseAuthentication.SchemeOrCookie, null);
        });
        services.AddAuthorization();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IAuthorizationHandler, ScopeHandler>());
    }
}
