// RFC 6890 - Special-Purpose IP Address Registries (§2.2, with the entries that IANA's registries have now)
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Fetch;

/// <summary>Whether an address is one that anybody on the Internet could reach: a host that only we can reach must not be called in a stranger's name (SR-164).</summary>
internal static class PublicAddress
{
    /// <summary>https://www.iana.org/assignments/iana-ipv4-special-registry, with multicast (RFC 5771) and what is reserved for the future.</summary>
    private static readonly IPNetwork[] specialV4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>The only block from which public addresses are given out (RFC 3513 §4). All of ::1, fc00::/7, fe80::/10, ff00::/8 and what will be invented lies outside.</summary>
    private static readonly IPNetwork globalV6 = IPNetwork.Parse("2000::/3");

    /// <summary>https://www.iana.org/assignments/iana-ipv6-special-registry, as far as it lies in 2000::/3. Teredo is in the first, 6to4 is the third: both carry an IPv4 address of somebody's choice.</summary>
    private static readonly IPNetwork[] specialV6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(IPNetwork.Parse)];

    /// <summary>RFC 6052 §2.1. A network without IPv4 reaches every IPv4 host by such an address, so the address inside is judged.</summary>
    private static readonly IPNetwork nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static bool IsPublic(IPAddress address)
    {
        address = Embedded(address);
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !specialV4.Any(network => network.Contains(address)),
            AddressFamily.InterNetworkV6 => address.ScopeId == 0 && globalV6.Contains(address) && !specialV6.Any(network => network.Contains(address)),
            _ => false,
        };
    }

    /// <summary>The address that a packet to this one ends at: itself, or the IPv4 address inside.</summary>
    public static IPAddress Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12)) : address;
    }
}
