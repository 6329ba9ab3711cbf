// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: the revocation endpoint)
using System.Text.Json;
using Gatehouse.ClientAuthentication;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Revocation;

/// <summary>Every client may end its own tokens.</summary>
internal sealed class RevocationMetadata(IEnumerable<ClientAuthenticationMethod> methods, IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        json.WriteString("revocation_endpoint", issuer + options.Value.Paths.Revocation);
        WriteArray(json, "revocation_endpoint_auth_methods_supported", methods.Select(method => method.Name));
    }
}
