// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.3: the session of a user who signed in at our page)
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse.Http;

/// <summary>How the scheme <see cref="GatehouseAuthentication.Cookie"/> keeps a user signed in (SR-210).</summary>
internal sealed class LoginCookie(IOptions<GatehouseOptions> gatehouse, IHostEnvironment environment) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    public void Configure(CookieAuthenticationOptions options) { }

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        if (name != GatehouseAuthentication.Cookie) return;
        var https = gatehouse.Value.RequireHttps ?? !environment.IsDevelopment();
        // The prefix makes browsers insist on Secure and Path=/, and so would lose the cookie of a rig that runs on plain http.
        options.Cookie.Name = https ? "__Host-gatehouse" : "gatehouse";
        options.Cookie.SecurePolicy = https ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/";
        options.Cookie.HttpOnly = true;
        // Lax: users come from their clients' sites, and must be seen to be signed in.
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.IsEssential = true;
        options.LoginPath = gatehouse.Value.Paths.Login;
        options.ExpireTimeSpan = gatehouse.Value.Login.IdleTimeout;
        options.SlidingExpiration = true;
    }
}
