// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.4: requesting claims using scope values)
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Which claims scopes stand for: the standard ones, and those that the app configures.</summary>
internal sealed class ScopeClaims(IOptions<GatehouseOptions> options)
{
    private readonly IDictionary<string, string[]> own = options.Value.ScopeClaims;

    /// <summary>Every name that there is, for discovery.</summary>
    public IEnumerable<string> All => StandardScopes.Names.SelectMany(StandardScopes.ClaimsOf).Concat(own.Values.SelectMany(names => names)).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// What a client may be told: the claims of the granted scopes, and those that it asked for by name, if a scope that it is registered for stands for them. So <c>claims</c> opens nothing that the
    /// client could not have asked for by scope.
    /// </summary>
    public HashSet<string> NamesFor(Client client, Scopes granted, IEnumerable<string> requested)
    {
        var names = requested.Where(name => client.ParsedScope.Tokens.Any(scope => Of(scope).Contains(name))).ToHashSet(StringComparer.Ordinal);
        foreach (var scope in granted.Tokens) names.UnionWith(Of(scope));
        return names;
    }

    /// <summary>The scopes whose words tell a user what a client asks for by name: what is asked for in small pieces needs consent as much as the whole.</summary>
    public Scopes ScopesFor(Client client, ClaimsRequest? requested) => requested is null ? Scopes.None
        : Scopes.Of(requested.UserInfo.Keys.Concat(requested.IdToken.Keys).Select(name => client.ParsedScope.Tokens.FirstOrDefault(scope => Of(scope).Contains(name))).OfType<string>());

    /// <summary>The scopes that mean something at userinfo. Which others do is for the resource to say.</summary>
    public Scopes AtUserInfo(Scopes scopes) => Scopes.Of(scopes.Tokens.Where(scope => scope == StandardScopes.OpenId || Of(scope).Count > 0));

    private IReadOnlyList<string> Of(string scope) => own.TryGetValue(scope, out var more) ? [.. StandardScopes.ClaimsOf(scope), .. more] : StandardScopes.ClaimsOf(scope);
}
