// RFC 6265 - HTTP State Management Mechanism (§8.2: ambient authority)
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Bearer;

/// <summary>
/// A browser attaches cookies to whatever any site makes it send; a bearer token only its holder can attach. So an unsafe request with nothing but a cookie must not come from another site.
/// </summary>
internal static class CrossSiteRequest
{
    public static bool IsUnsafe(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || HttpMethods.IsTrace(request.Method)) return false;
        // Set by the browser itself; no script can (Fetch Metadata). A sibling host is the app's own site, as it is to a SameSite cookie.
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site)) return site.ToString() is not ("same-origin" or "same-site" or "none");
        // A browser too old for that, or a page over plain http; without an Origin either, it is no browser, and nobody's cookie jar was tricked.
        return request.Headers.Origin.Count > 0 && !IsOwn(request.Headers.Origin.ToString(), request.Host);
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)
        // The scheme is the origin's: a proxy may have taken the TLS off.
        && uri.Port == (host.Port ?? (uri.Scheme == "https" ? 443 : 80));
}
