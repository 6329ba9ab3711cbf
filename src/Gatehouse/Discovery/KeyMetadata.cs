// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: jwks_uri)
using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Discovery;

/// <summary>Where the keys are.</summary>
internal sealed class KeyMetadata(IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer) => json.WriteString("jwks_uri", issuer + options.Value.Paths.Jwks);
}
