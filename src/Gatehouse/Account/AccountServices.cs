using Gatehouse.Http;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Account;

/// <summary>The pages where users sign in, and see what they have allowed.</summary>
internal static class AccountServices
{
    public static void AddAccount(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(LoginEndpoint))) return;
        services.AddSingleton<LoginEndpoint>();
        services.AddSingleton<AppsEndpoint>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>, LoginCookie>();
        services.AddAuthentication().AddCookie(GatehouseAuthentication.Cookie);
    }
}
