// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: client_uri, policy_uri, tos_uri)
using Gatehouse.Clients;

namespace Gatehouse.Pages;

/// <summary>The pages that a client registered about itself. Only https ones, whoever put them into the store.</summary>
internal static class ClientPages
{
    public static IReadOnlyList<ConsentLink> Of(Client client) =>
    [
        .. from page in new[] { (ConsentLinkKind.Website, client.ClientUri), (ConsentLinkKind.Privacy, client.PolicyUri), (ConsentLinkKind.Terms, client.TosUri) }
           where page.Item2 is not null && ClientLink.IsHttps(page.Item2)
           // In the spelling that cannot be mistaken for another (punycode).
           select new ConsentLink(page.Item1, page.Item2, new Uri(page.Item2).IdnHost),
    ];
}
