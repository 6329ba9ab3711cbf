// OpenID Connect Front-Channel Logout 1.0 - OpenID Connect Front-Channel Logout 1.0 (§3: sessions)
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>The ticket that a request's cookie holds, read beside the handler: asking it from within its own events could wait for itself.</summary>
internal static class CookieTicket
{
    // The cookie handler's own name for it. It then keeps tickets on the server, and the cookie holds their key.
    private const string KeyClaim = "Microsoft.AspNetCore.Authentication.Cookies-SessionId";

    public static async ValueTask<AuthenticationTicket?> ReadAsync(HttpContext http, CookieAuthenticationOptions options)
    {
        if (options.CookieManager.GetRequestCookie(http, options.Cookie.Name!) is not { Length: > 0 } cookie) return null;
        var binding = http.Features.Get<Microsoft.AspNetCore.Http.Features.ITlsTokenBindingFeature>()?.GetProvidedTokenBindingId();
        var ticket = options.TicketDataFormat.Unprotect(cookie, binding is null ? null : Convert.ToBase64String(binding));
        if (ticket is null || options.SessionStore is not { } tickets) return ticket;
        return ticket.Principal.FindFirst(KeyClaim) is { } key ? await tickets.RetrieveAsync(key.Value, http, http.RequestAborted) : null;
    }
}
