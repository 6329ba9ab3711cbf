// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.11: URLs of others; with RFC 7591 §5)
using System.Net;

namespace Gatehouse.Fetch;

/// <summary>Which URLs and which addresses may be fetched. Pure; the connection asks it again about the very address that it dials.</summary>
internal sealed class FetchPolicy(FetchOptions options)
{
    private readonly HashSet<string> hosts = new(options.AllowedHosts.Select(Bare), StringComparer.OrdinalIgnoreCase);
    private readonly IPNetwork[] networks = [.. options.AllowedNetworks.Select(IPNetwork.Parse)];

    /// <summary>What is wrong with a URL before anything is looked up, or null.</summary>
    public string? Problem(Uri uri)
    {
        if (!uri.IsAbsoluteUri || uri.Host.Length == 0) return "it is not an absolute URL with a host";
        if (uri.UserInfo.Length > 0) return "it has user information";
        if (uri.Scheme == Uri.UriSchemeHttps) return null;
        if (uri.Scheme != Uri.UriSchemeHttp) return $"its scheme is '{uri.Scheme}', and only https is fetched";
        return IsRig(uri) ? null : "it is plain http; serve it over https, or add its host to Gatehouse:Fetch:AllowedHosts if it is a test rig";
    }

    /// <summary>Whether the operator named this very host, by name or by address.</summary>
    public bool IsRig(Uri uri) => AllowsHost(uri.Host) || (IPAddress.TryParse(uri.Host, out var address) && IsInside(address));

    public bool AllowsHost(string host) => hosts.Contains(Bare(host));

    public bool Permits(string host, IPAddress address) => PublicAddress.IsPublic(address) || IsInside(address) || AllowsHost(host);

    private bool IsInside(IPAddress address)
    {
        var end = PublicAddress.Embedded(address);
        return networks.Any(network => network.Contains(end) || network.Contains(address));
    }

    /// <summary>An IPv6 address is written with brackets in a URL, and without them elsewhere.</summary>
    private static string Bare(string host) => host.Trim('[', ']').TrimEnd('.');
}
