// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: the token endpoint)
using System.Text.Json;
using Gatehouse.ClientAuthentication;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Grants;

/// <summary>The grants that are registered, and how clients authenticate for them.</summary>
internal sealed class TokenMetadata(GrantTypes grants, IEnumerable<ClientAuthenticationMethod> methods, IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        json.WriteString("token_endpoint", issuer + options.Value.Paths.Token);
        WriteArray(json, "grant_types_supported", grants.All.Where(grant => grant.Advertised).Select(grant => grant.Type).Order(StringComparer.Ordinal));
        WriteArray(json, "token_endpoint_auth_methods_supported", methods.Select(method => method.Name));
    }
}
