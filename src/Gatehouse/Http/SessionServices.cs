// OpenID Connect Front-Channel Logout 1.0 - OpenID Connect Front-Channel Logout 1.0 (§3: sessions)
using Gatehouse.Audit;
using Gatehouse.Diagnostics;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>Sessions, and what ties them to the app's cookie.</summary>
internal static class SessionServices
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.TryAddSingleton<OutboxSignal>();
        services.TryAddSingleton<LiveSessions>();
        services.TryAddSingleton(static provider => new GatehouseSessions(
            provider.GetRequiredService<LiveSessions>(), provider.GetService<ISessionStore>(), provider.GetService<ILogoutOutbox>(), provider.GetRequiredService<IProtocolStore>(), provider.GetServices<SessionEndListener>(),
            provider.GetRequiredService<OutboxSignal>(), provider.GetRequiredService<AuditTrail>(), provider.GetRequiredService<Metrics>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<GatehouseSessions>>()));
        services.AddSingleton(static provider => new SessionEndListener(provider.GetRequiredService<IAccessTokenCache>().ForgetSubjectAsync));
        services.AddSingleton(static provider => provider.GetService<ISessionStore>() is { } store ? new Sweep("sessions", "expired sessions", store.SweepAsync) : new Sweep("sessions", "no sessions", static (_, _, _) => new(0)));
        services.TryAddSingleton<SessionCookie>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<CookieAuthenticationOptions>, SessionCookieSetup>());
    }
}
