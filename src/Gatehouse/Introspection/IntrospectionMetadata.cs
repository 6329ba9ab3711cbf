// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: the introspection endpoint)
using System.Text.Json;
using Gatehouse.ClientAuthentication;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Introspection;

/// <summary>Only clients that have proven who they are may ask.</summary>
internal sealed class IntrospectionMetadata(IEnumerable<ClientAuthenticationMethod> methods, IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        json.WriteString("introspection_endpoint", issuer + options.Value.Paths.Introspection);
        WriteArray(json, "introspection_endpoint_auth_methods_supported", methods.Select(method => method.Name).Where(method => method != "none"));
    }
}
