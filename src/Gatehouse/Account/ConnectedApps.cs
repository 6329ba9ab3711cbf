// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§5.2.2.4: what users see of what they allowed)
using Gatehouse.Clients;
using Gatehouse.Pages;
using Gatehouse.Protocol;

namespace Gatehouse.Account;

/// <summary>What a user has allowed, by client: consent that is remembered, and whatever holds tokens. Pure.</summary>
internal static class ConnectedApps
{
    /// <param name="part">Those to show.</param>
    /// <param name="clients">Those that are known, by id: one that was deleted may have left tokens behind.</param>
    /// <param name="language">The page's language.</param>
    /// <param name="issuer">Who we are to a client that is started from here.</param>
    public static IReadOnlyList<ConnectedApp> Of(AppsPart part, IReadOnlyDictionary<string, Client> clients, string language, string issuer) =>
    [
        .. from clientId in part.Ids
           let held = part.Held.GetValueOrDefault(clientId)
           let allowed = part.Allowed.GetValueOrDefault(clientId)
           let client = clients.GetValueOrDefault(clientId)
           let since = held is null || allowed?.GrantedAt < held.Since ? allowed!.GrantedAt : held.Since
           orderby held?.LastUsedAt ?? since descending
           select new ConnectedApp(
               clientId, client?.NameIn([language]) ?? clientId,
               [.. Scopes.Read(held?.Scope ?? "").Union(Scopes.Read(allowed?.Scope ?? "")).Tokens.Select(scope => new ConsentScope(scope, Description: null))],
               since, held?.LastUsedAt, StartUrl(client, issuer)),
    ];

    /// <summary>OpenID Connect Core §4: the client is told who sends its user.</summary>
    private static string? StartUrl(Client? client, string issuer) =>
        client?.InitiateLoginUri is { } uri && ClientLink.IsHttps(uri) ? $"{uri}{(uri.Contains('?') ? '&' : '?')}iss={Uri.EscapeDataString(issuer)}" : null;
}
