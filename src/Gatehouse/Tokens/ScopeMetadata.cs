// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: scopes_supported)
using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>The standard scopes, and those that the app describes. A client gets the ones that it is registered for.</summary>
internal sealed class ScopeMetadata(IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer) => WriteArray(json, "scopes_supported", StandardScopes.Names.Concat(options.Value.Scopes.Keys).Distinct(StringComparer.Ordinal));
}
