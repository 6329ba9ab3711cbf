// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: the authorization endpoint)
using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>What the authorization endpoint can do.</summary>
internal sealed class AuthorizationMetadata(IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        json.WriteString("authorization_endpoint", issuer + options.Value.Paths.Authorize);
        WriteArray(json, "response_types_supported", ["code"]);
        WriteArray(json, "response_modes_supported", ResponseMode.All);
        WriteArray(json, "code_challenge_methods_supported", ["S256"]);
        json.WriteBoolean("authorization_response_iss_parameter_supported", true);
    }
}
