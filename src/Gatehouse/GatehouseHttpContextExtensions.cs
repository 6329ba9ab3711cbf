using Gatehouse.Authorize;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Http;

/// <summary>What the pages of an app may ask Gatehouse.</summary>
public static class GatehouseHttpContextExtensions
{
    /// <summary>
    /// What a client said about the user who is to sign in, for the app's own login page or the page that makes accounts; null if nobody but the app wants them signed in. Reads the query parameter
    /// <c>ReturnUrl</c> (<see cref="Authentication.Cookies.CookieAuthenticationOptions.ReturnUrlParameter"/>'s default).
    /// </summary>
    /// <param name="http">The request for the page.</param>
    /// <param name="returnUrl">The return URL, where the app keeps it elsewhere, for example in the form.</param>
    public static ValueTask<LoginRequest?> FindGatehouseLoginRequestAsync(this HttpContext http, string? returnUrl = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        var reader = http.RequestServices.GetRequiredService<LoginRequestReader>();
        return reader.FindAsync(returnUrl ?? http.Request.Query[LoginRequest.ReturnUrlParameter], http.RequestAborted);
    }
}
