// RFC 8252 - OAuth 2.0 for Native Apps (§7: where a redirect URI leads)
namespace Gatehouse.Authorize;

/// <summary>What a registered redirect URI says to a user, and to a browser's content policy. For show only: URIs are compared as text.</summary>
internal static class RedirectOrigin
{
    /// <summary>A CSP source.</summary>
    public static string Of(string redirectUri)
    {
        var uri = new Uri(redirectUri);
        // CSP has no way to write an IPv6 address; the scheme is the closest that it knows.
        return !IsWeb(uri) || uri.HostNameType == UriHostNameType.IPv6 ? uri.Scheme + ":" : $"{uri.Scheme}://{HostAndPort(uri)}";
    }

    /// <summary>The host, in the spelling that cannot be mistaken for another (punycode); for a private-use URI its scheme, which names the app.</summary>
    public static string HostOf(string redirectUri)
    {
        var uri = new Uri(redirectUri);
        return IsWeb(uri) ? HostAndPort(uri) : uri.Scheme;
    }

    public static bool IsOnThisDevice(string redirectUri)
    {
        var uri = new Uri(redirectUri);
        return !IsWeb(uri) || uri.IsLoopback;
    }

    private static bool IsWeb(Uri uri) => uri.Scheme is "https" or "http";

    private static string HostAndPort(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
    }
}
