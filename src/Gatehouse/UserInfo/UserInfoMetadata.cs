// OpenID Connect Discovery 1.0 - OpenID Connect Discovery 1.0 incorporating errata set 2 (§3: userinfo and claims)
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.UserInfo;

/// <summary>What clients can learn of users, and in which form.</summary>
internal sealed class UserInfoMetadata(ScopeClaims scopes, IOptions<GatehouseOptions> options) : MetadataContribution
{
    /// <summary>What ID tokens say without being asked (OpenID Connect Core §2).</summary>
    private static readonly string[] OfTheProtocol = ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid"];

    public override void Write(Utf8JsonWriter json, string issuer)
    {
        json.WriteString("userinfo_endpoint", issuer + options.Value.Paths.UserInfo);
        WriteArray(json, "userinfo_signing_alg_values_supported", ClientAlgorithms.Signing);
        WriteArray(json, "userinfo_encryption_alg_values_supported", ClientAlgorithms.KeyEncryption);
        WriteArray(json, "userinfo_encryption_enc_values_supported", ClientAlgorithms.ContentEncryption);
        WriteArray(json, "claims_supported", OfTheProtocol.Concat(scopes.All));
        WriteArray(json, "claim_types_supported", ["normal"]);
        json.WriteBoolean("claims_parameter_supported", true);
    }
}
