using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Users;

/// <summary>
/// Makes bearer tokens work wherever no scheme is named (<see cref="GatehouseOptions.UseAsDefaultScheme"/>), and remembers what the app's own schemes were. Runs after all that the app
/// configures, so it does not matter who called <c>AddAuthentication</c> first.
/// </summary>
internal sealed partial class SchemeSelection(IOptions<GatehouseOptions> gatehouse, IServiceProviderIsService known, ILogger<SchemeSelection> log) : IPostConfigureOptions<AuthenticationOptions>
{
    public AppSchemes App { get; private set; } = new(null, null, null, null);

    public void PostConfigure(string? name, AuthenticationOptions options)
    {
        var own = options.Schemes.Where(scheme => !IsOurs(scheme.Name)).ToList();
        var named = gatehouse.Value.UserScheme;
        // What the framework itself would take: the named default, or the only scheme there is. Ours must not make two of that one.
        var standard = Theirs(options.DefaultScheme) ?? (own.Count == 1 ? own[0].Name : null);
        var authenticate = named ?? Theirs(options.DefaultAuthenticateScheme) ?? standard ?? own.Find(IsCookie)?.Name;
        var challenge = named ?? Theirs(options.DefaultChallengeScheme) ?? standard ?? authenticate;
        // An app with users and no way to sign them in gets our login page, for our pages alone: its API took tokens only, and goes on to.
        var page = authenticate is null && known.IsService(typeof(IUserAuthenticator)) ? GatehouseAuthentication.Cookie : null;
        App = new(authenticate ?? page, challenge ?? page, Theirs(options.DefaultForbidScheme) ?? challenge ?? page, Theirs(options.DefaultSignOutScheme) ?? authenticate ?? page);

        if (!gatehouse.Value.UseAsDefaultScheme) options.DefaultScheme ??= standard;
        else if (authenticate is null) UseByDefault(options, GatehouseAuthentication.Scheme);
        else if (named is not null || own.Exists(scheme => scheme.Name == authenticate && IsCookie(scheme))) UseByDefault(options, GatehouseAuthentication.SchemeOrCookie);
        else
        {
            // It may read the same header, for the tokens of somebody else: taking its place would lock its callers out.
            options.DefaultScheme ??= standard;
            LeftAlone(log, authenticate);
        }
    }

    private static void UseByDefault(AuthenticationOptions options, string scheme)
    {
        options.DefaultScheme = options.DefaultAuthenticateScheme = options.DefaultChallengeScheme = options.DefaultForbidScheme = options.DefaultSignOutScheme = scheme;
        // DefaultSignInScheme stays: an external login's temporary cookie is not the user's.
    }

    private static bool IsCookie(AuthenticationSchemeBuilder scheme) => typeof(CookieAuthenticationHandler).IsAssignableFrom(scheme.HandlerType);

    private static bool IsOurs(string scheme) => scheme is GatehouseAuthentication.Scheme or GatehouseAuthentication.SchemeOrCookie or GatehouseAuthentication.Cookie;

    private static string? Theirs(string? scheme) => scheme is null || IsOurs(scheme) ? null : scheme;

    [LoggerMessage(1590, LogLevel.Information, "The app's default authentication scheme '{Scheme}' is not a cookie, so it stays the default. Name 'Gatehouse' where bearer tokens are wanted, or set Gatehouse:UserScheme to '{Scheme}' to have 'GatehouseOrCookie' as the default beside it.")]
    private static partial void LeftAlone(ILogger log, string scheme);
}
