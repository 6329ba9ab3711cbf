using System.Net;

namespace Gatehouse.Fetch;

/// <summary>
/// How URLs that clients registered are fetched. By default nothing but https to public addresses is reached; what is allowed here beside that is said in
/// the log at start.
/// </summary>
public sealed class FetchOptions
{
    /// <summary>
    /// Hosts that may be fetched wherever their name leads, also by plain http. For a test rig, for example <c>localhost</c>, or a client in the same
    /// private network. Empty by default: with dynamic registration, each of these is a host that strangers can make this server call.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Networks that may be fetched although their addresses are not public, for example <c>10.1.0.0/16</c>. Plain http only where the URL itself names such an address. Empty by default.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>Takes whatever certificate an allowed host shows, for a test rig that signed its own. Default false. No other host is affected.</summary>
    public bool AcceptAnyCertificateOfAllowedHosts { get; set; }

    /// <summary>From the first byte sent to the last one received. Default 5 seconds; at most 60.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    internal IEnumerable<string> Problems()
    {
        for (var i = 0; i < AllowedNetworks.Count; i++)
            if (!IPNetwork.TryParse(AllowedNetworks[i], out _))
                yield return $"Gatehouse:Fetch:AllowedNetworks:{i} '{AllowedNetworks[i]}' is not a network. Write it as address/bits, for example 10.1.0.0/16. (gatehouse explain 7016)";
        for (var i = 0; i < AllowedHosts.Count; i++)
            if (Uri.CheckHostName(AllowedHosts[i]) == UriHostNameType.Unknown)
                yield return $"Gatehouse:Fetch:AllowedHosts:{i} '{AllowedHosts[i]}' is not a host. Write the name or address alone, without scheme, port and path. (gatehouse explain 7016)";
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromSeconds(60))
            yield return $"Gatehouse:Fetch:Timeout is {Timeout}. Set it between 00:00:00.1 and 00:01:00. (gatehouse explain 7005)";
    }
}
