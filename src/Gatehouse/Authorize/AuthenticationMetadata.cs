// OpenID Connect Discovery 1.0 - OpenID Connect Discovery 1.0 incorporating errata set 2 (§3: what a request may say of its user)
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>Which wishes of a client about its user's sign-in are heard.</summary>
internal sealed class AuthenticationMetadata(IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        var offers = options.Value.Authorize;
        WriteArray(json, "prompt_values_supported", Prompt.Supported(offers.CreateAccountPath is not null));
        WriteArray(json, "acr_values_supported", offers.AcrValues);
        WriteArray(json, "display_values_supported", ["page", "popup", "touch", "wap"]);
        json.WriteBoolean("request_parameter_supported", true);
        // Left out it would mean true.
        json.WriteBoolean("request_uri_parameter_supported", offers.AllowRequestUri);
        if (offers.AllowRequestUri) json.WriteBoolean("require_request_uri_registration", true);
        WriteArray(json, "request_object_signing_alg_values_supported", offers.AllowUnsignedRequestObjects ? [.. ClientAlgorithms.RequestObjectSigning, RequestObject.None] : ClientAlgorithms.RequestObjectSigning);
    }
}
