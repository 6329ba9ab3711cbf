// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§5.4: requesting claims using scope values)
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>Which claims scopes stand for: the standard ones, and those that the app configures.</summary>
internal sealed class ScopeClaims(IOptions<GatehouseOptions> options)
{
    private readonly IDictionary<string, string[]> own = options.Value.ScopeClaims;

    /// <summary>Every name that there is, for discovery.</summary>
    public IEnumerable<string> All => StandardScopes.Names.SelectMany(StandardScopes.ClaimsOf).Concat(own.Values.SelectMany(names => names)).Distinct(StringComparer.Ordinal);

    /// <summary>What may be told to whoever was granted these scopes, and what was asked for by name with them.</summary>
    public HashSet<string> NamesFor(Scopes scopes, IEnumerable<string> requested)
    {
        var names = new HashSet<string>(requested, StringComparer.Ordinal);
        foreach (var scope in scopes.Tokens)
        {
            names.UnionWith(StandardScopes.ClaimsOf(scope));
            if (own.TryGetValue(scope, out var more)) names.UnionWith(more);
        }
        return names;
    }
}
