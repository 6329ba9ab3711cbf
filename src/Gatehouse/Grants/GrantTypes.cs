// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.5: grant types by name)
using System.Collections.Frozen;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Grants;

/// <summary>The grants that are registered, by name.</summary>
internal sealed class GrantTypes(IEnumerable<Grant> grants, PyramidRefresh alias)
{
    private readonly FrozenDictionary<string, Grant> byType = grants.ToFrozenDictionary(grant => grant.Type, StringComparer.Ordinal);

    public IEnumerable<Grant> All => byType.Values;

    /// <summary>The grant that a request names, if this client may use it (SR-079).</summary>
    public Result<Grant> Find(Parameters form, Client client)
    {
        if (!form.Required("grant_type").Succeeded(out var type, out var error)) return error;
        if (!byType.TryGetValue(alias.Resolve(type), out var grant)) return OAuthError.UnsupportedGrantType(type);
        if (!client.GrantTypes.Contains(grant.Type) || (client.IsPublic && !grant.ForPublicClients))
            return OAuthError.UnauthorizedClient($"this client is not registered for grant_type '{grant.Type}'");
        return grant;
    }
}
