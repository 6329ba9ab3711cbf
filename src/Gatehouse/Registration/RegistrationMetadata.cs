// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: registration_endpoint)
using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Registration;

/// <summary>Where to register, if anybody can.</summary>
internal sealed class RegistrationMetadata(IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        if (options.Value.Registration.Enabled) json.WriteString("registration_endpoint", issuer + options.Value.Paths.Registration);
    }
}
