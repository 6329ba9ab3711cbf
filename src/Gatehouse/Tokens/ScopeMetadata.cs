// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: scopes_supported)
using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tokens;

/// <summary>The scopes that the app describes.</summary>
internal sealed class ScopeMetadata(IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer) => WriteArray(json, "scopes_supported", options.Value.Scopes.Keys);
}
