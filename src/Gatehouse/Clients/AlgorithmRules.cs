// OpenID Connect Registration 1.0 - OpenID Connect Dynamic Client Registration 1.0 incorporating errata set 2 (§2: algorithms)
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Rules for the algorithms that a client asks for.</summary>
internal static class AlgorithmRules
{
    public static void Check(Client client, List<OAuthError> errors)
    {
        Known("id_token_signed_response_alg", client.IdTokenSignedResponseAlg, ClientAlgorithms.Signing, errors);
        Known("userinfo_signed_response_alg", client.UserinfoSignedResponseAlg, ClientAlgorithms.Signing, errors);
        // Not a mistake, but a choice that the operator makes for one client: it opens what SR-136 closes.
        Known("request_object_signing_alg", client.RequestObjectSigningAlg, [.. ClientAlgorithms.RequestObjectSigning, "none"], errors);
        Encryption("id_token_encrypted_response", client.IdTokenEncryptedResponseAlg, client.IdTokenEncryptedResponseEnc, client, errors);
        Encryption("userinfo_encrypted_response", client.UserinfoEncryptedResponseAlg, client.UserinfoEncryptedResponseEnc, client, errors);
        foreach (var name in new[] { "request_object_encryption_alg", "request_object_encryption_enc" })
            if (client.Other?.ContainsKey(name) == true)
                errors.Add(Refuse($"{name}: encrypted request objects are not supported; remove the member and send them signed"));
    }

    private static void Encryption(string prefix, string? alg, string? enc, Client client, List<OAuthError> errors)
    {
        Known(prefix + "_alg", alg, ClientAlgorithms.KeyEncryption, errors);
        Known(prefix + "_enc", enc, ClientAlgorithms.ContentEncryption, errors);
        if (enc is not null && alg is null) errors.Add(Refuse($"{prefix}_enc needs {prefix}_alg (OpenID Connect Dynamic Client Registration section 2)"));
        if (alg is not null && client is { Jwks: null, JwksUri: null }) errors.Add(Refuse($"{prefix}_alg needs a key to encrypt to; register jwks or jwks_uri"));
    }

    private static void Known(string name, string? algorithm, IReadOnlyList<string> known, List<OAuthError> errors)
    {
        if (algorithm is not null && !known.Contains(algorithm)) errors.Add(Refuse($"{name} '{algorithm}' is not supported; use one of: {string.Join(", ", known)}"));
    }

    private static OAuthError Refuse(string description) => new("invalid_client_metadata", description);
}
