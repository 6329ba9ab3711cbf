// RFC 10017 - OAuth 2.0 for Browser-Based Applications (§6.3.3.4: cross-origin requests)
using Gatehouse.Clients;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Http;

/// <summary>
/// Lets a client's own pages, and nobody else's, read what is theirs (SR-220). No answer allows credentials: a browser's cookies mean nothing at these endpoints.
/// </summary>
internal static class Cors
{
    /// <summary>
    /// What a browser asks before it sends a header like <c>Authorization</c>. It names no client, so there is nobody to compare the origin with; saying yes to all gives nothing away, because the
    /// answer to the request itself is readable to its client's origins only.
    /// </summary>
    public static void AnswerPreflight(HttpContext http, string methods)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.Headers.Allow = methods + ", OPTIONS";
        if (http.Request.Headers.AccessControlRequestMethod.Count == 0) return;
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlAllowMethods = methods;
        http.Response.Headers.AccessControlAllowHeaders = "authorization, content-type";
        http.Response.Headers.AccessControlMaxAge = "600";
    }

    /// <summary>The answer is this client's: pages of the origins that it registered redirect URIs for may read it.</summary>
    public static void AllowPagesOf(Client client, HttpContext http)
    {
        if (http.Request.Headers.Origin is not [{ } origin] || !client.RedirectUris.Any(uri => OriginOf(uri) == origin)) return;
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.Append("Vary", "Origin");
    }

    /// <summary>The answer has nothing of a user in it, and a page must be able to see that its token is no good.</summary>
    public static void AllowAll(HttpContext http)
    {
        if (http.Request.Headers.Origin.Count == 0) return;
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.AccessControlExposeHeaders = "WWW-Authenticate";
    }

    /// <summary>As browsers write it (RFC 6454 §6.2); null for a scheme of an app, which has no pages.</summary>
    private static string? OriginOf(string redirectUri) =>
        Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? $"{uri.Scheme}://{uri.IdnHost}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}" : null;
}
