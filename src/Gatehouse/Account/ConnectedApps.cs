// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§5.2.2.4: what users see of what they allowed)
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Pages;
using Gatehouse.Protocol;
using Gatehouse.Storage;

namespace Gatehouse.Account;

/// <summary>What a user has allowed, by client: consent that is remembered, and whatever holds tokens. Pure.</summary>
internal static class ConnectedApps
{
    /// <param name="families">Those of the user that live.</param>
    /// <param name="consents">What the user will not be asked again.</param>
    /// <param name="clients">Those that are known, by id: one that was deleted may have left tokens behind.</param>
    /// <param name="language">The page's language.</param>
    /// <param name="issuer">Who we are to a client that is started from here.</param>
    public static IReadOnlyList<ConnectedApp> Of(
        IReadOnlyList<Family> families, IReadOnlyList<StoredConsent> consents, IReadOnlyDictionary<string, Client> clients, string language, string issuer) =>
    [
        .. from clientId in families.Select(family => family.ClientId).Concat(consents.Select(consent => consent.ClientId)).Distinct(StringComparer.Ordinal)
           let itsFamilies = families.Where(family => family.ClientId == clientId).ToList()
           let itsConsents = consents.Where(consent => consent.ClientId == clientId).ToList()
           let client = clients.GetValueOrDefault(clientId)
           let lastUsed = itsFamilies.Max(family => family.LastUsedAt)
           let since = itsFamilies.Select(family => family.CreatedAt).Concat(itsConsents.Select(consent => consent.GrantedAt)).Min()
           orderby lastUsed ?? since descending
           select new ConnectedApp(
               clientId, client?.NameIn([language]) ?? clientId,
               [.. ScopesOf(itsFamilies, itsConsents).Select(scope => new ConsentScope(scope, Description: null))],
               since, lastUsed, StartUrl(client, issuer)),
    ];

    private static IEnumerable<string> ScopesOf(List<Family> families, List<StoredConsent> consents) =>
        families.Select(family => family.Scope ?? "").Concat(consents.Select(consent => consent.Scope))
            .SelectMany(scope => Scopes.Read(scope).Tokens).Distinct(StringComparer.Ordinal);

    /// <summary>OpenID Connect Core §4: the client is told who sends its user.</summary>
    private static string? StartUrl(Client? client, string issuer) =>
        client?.InitiateLoginUri is { } uri && ClientLink.IsHttps(uri) ? $"{uri}{(uri.Contains('?') ? '&' : '?')}iss={Uri.EscapeDataString(issuer)}" : null;
}
