// OpenID Connect Discovery 1.0 - OpenID Connect Discovery 1.0 incorporating errata set 2 (§3: subjects and ID tokens)
using System.Text.Json;
using Gatehouse.Clients;
using Gatehouse.Protocol;

namespace Gatehouse.Tokens;

/// <summary>Whom ID tokens name, and what signs them.</summary>
internal sealed class IdTokenMetadata(PairwiseSubject subjects) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        WriteArray(json, "subject_types_supported", subjects.IsConfigured ? ["public", "pairwise"] : ["public"]);
        WriteArray(json, "id_token_signing_alg_values_supported", ClientAlgorithms.Signing);
        WriteArray(json, "id_token_encryption_alg_values_supported", ClientAlgorithms.KeyEncryption);
        WriteArray(json, "id_token_encryption_enc_values_supported", ClientAlgorithms.ContentEncryption);
    }
}
