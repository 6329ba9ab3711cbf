using Gatehouse.Server.Hosting;
using Gatehouse.Server.Users;
using Gatehouse.Server.Web;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Accounts;

internal static class AccountsServices
{
    public static void AddAccounts(this WebApplicationBuilder builder, ServerSettings settings)
    {
        var services = builder.Services;
        services.AddHttpContextAccessor();
        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.ApplicationScheme, cookie =>
            {
                Harden(cookie, settings, "gatehouse");
                cookie.LoginPath = Paths.Login;
                cookie.ReturnUrlParameter = ReturnUrl.Field;
                cookie.ExpireTimeSpan = builder.Configuration.GetValue("Gatehouse:SessionLifetime", TimeSpan.FromHours(12));
                cookie.Events.OnValidatePrincipal = CookieCheck.ValidateAsync;
            })
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, cookie =>
            {
                Harden(cookie, settings, "gatehouse-signing-in");
                cookie.ExpireTimeSpan = TimeSpan.FromMinutes(10);
            });
        services.AddAuthorization();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = Name(settings, "gatehouse-form");
            antiforgery.Cookie.SecurePolicy = settings.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            antiforgery.Cookie.Path = "/";
            // Our pages say DENY.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        new IdentityBuilder(typeof(ServerUser), services).AddSignInManager();
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
            // From configuration, never from the Host header (SR-240). Identity would compare with the Origin header, which says null on a form of a page without referrers; what the
            // browser signed says more.
            if (!Uri.TryCreate(builder.Configuration["Gatehouse:Issuer"], UriKind.Absolute, out var issuer)) return;
            passkeys.ServerDomain = issuer.Host;
            passkeys.ValidateOrigin = said => new(!said.CrossOrigin && said.Origin == issuer.GetLeftPart(UriPartial.Authority));
        });
        services.AddScoped<Lockout>();
        services.AddScoped<PasswordCheck>();
        services.AddScoped<OneTimeCode>();
        services.AddScoped<BrowserSession>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<AccountTrail>();
        services.AddSingleton<AccountPages>();
        services.AddSingleton<SetupLink>();
        services.AddHostedService<DeclaredUsers>();
        services.AddSingleton(new OperatorConsole(Console.Out));
        services.AddHostedService<FirstStart>();
    }

    private static void Harden(CookieAuthenticationOptions cookie, ServerSettings settings, string name)
    {
        cookie.Cookie.Name = Name(settings, name);
        cookie.Cookie.Path = "/";
        cookie.Cookie.HttpOnly = true;
        // Lax: whoever comes from a client's page is signed in already; a form of another site is nobody's.
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = settings.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        // The handler would send whoever signs in on a page with ReturnUrl in its query there, also halfway in.
        cookie.Events.OnRedirectToReturnUrl = _ => Task.CompletedTask;
        // A renewed cookie is a younger one, and clients ask how old the sign-in is.
        cookie.SlidingExpiration = false;
    }

    /// <summary>The prefix has a browser refuse the cookie to anybody but this very host over https (SR-210). Over http on loopback it would refuse it to us.</summary>
    private static string Name(ServerSettings settings, string name) => settings.IsHttps ? "__Host-" + name : name;
}
