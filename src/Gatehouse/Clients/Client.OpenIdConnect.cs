// OpenID Connect Registration 1.0 - OpenID Connect Dynamic Client Registration 1.0 incorporating errata set 2 (§2: client metadata)
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Clients;

// What OpenID Connect and its logout specifications add.
public sealed partial record Client
{
    /// <summary><c>public</c> (default): a user has the same <c>sub</c> everywhere. <c>pairwise</c>: another one in each sector (OpenID Connect Core §8).</summary>
    [JsonPropertyName("subject_type")]
    public string SubjectType { get; init; } = "public";

    /// <summary>An https URL whose document lists all redirect URIs; its host is the sector of pairwise subjects. Needed when the redirect URIs have several hosts.</summary>
    [JsonPropertyName("sector_identifier_uri")]
    public string? SectorIdentifierUri { get; init; }

    /// <summary>Its public keys, a JWK Set. Excludes <see cref="JwksUri"/>.</summary>
    [JsonPropertyName("jwks")]
    public JsonElement? Jwks { get; init; }

    /// <summary>Where its public keys are, an https URL. Excludes <see cref="Jwks"/>.</summary>
    [JsonPropertyName("jwks_uri")]
    public string? JwksUri { get; init; }

    /// <summary>
    /// What signs its ID tokens: <c>ES256</c> (default), <c>RS256</c>, <c>PS256</c> or <c>EdDSA</c>. A client that registers itself without naming one gets
    /// <c>RS256</c>, as OpenID Connect Dynamic Client Registration §2 promises it.
    /// </summary>
    [JsonPropertyName("id_token_signed_response_alg")]
    public string IdTokenSignedResponseAlg { get; init; } = "ES256";

    /// <summary>
    /// Whether ID tokens carry the claims of the granted scopes. Default false: clients ask userinfo, or ask for a claim by name (OpenID Connect Core §5.4, §5.5). True is for clients that read
    /// nothing but the ID token.
    /// </summary>
    [JsonPropertyName("scope_claims_in_id_token")]
    public bool ScopeClaimsInIdToken { get; init; }

    /// <summary>How the key of an encrypted ID token is encrypted. Null (default): ID tokens are signed only.</summary>
    [JsonPropertyName("id_token_encrypted_response_alg")]
    public string? IdTokenEncryptedResponseAlg { get; init; }

    /// <summary>How an encrypted ID token is encrypted. Null: <c>A128CBC-HS256</c>, if <see cref="IdTokenEncryptedResponseAlg"/> is set.</summary>
    [JsonPropertyName("id_token_encrypted_response_enc")]
    public string? IdTokenEncryptedResponseEnc { get; init; }

    /// <summary>What signs its userinfo answers. Null (default): they are plain JSON.</summary>
    [JsonPropertyName("userinfo_signed_response_alg")]
    public string? UserinfoSignedResponseAlg { get; init; }

    /// <summary>How the key of an encrypted userinfo answer is encrypted. Null (default): it is not encrypted.</summary>
    [JsonPropertyName("userinfo_encrypted_response_alg")]
    public string? UserinfoEncryptedResponseAlg { get; init; }

    /// <summary>How an encrypted userinfo answer is encrypted. Null: <c>A128CBC-HS256</c>, if <see cref="UserinfoEncryptedResponseAlg"/> is set.</summary>
    [JsonPropertyName("userinfo_encrypted_response_enc")]
    public string? UserinfoEncryptedResponseEnc { get; init; }

    /// <summary>What must have signed its request objects. Null (default): any algorithm that we verify. <c>none</c> lets it send unsigned ones.</summary>
    [JsonPropertyName("request_object_signing_alg")]
    public string? RequestObjectSigningAlg { get; init; }

    /// <summary>The URLs at which its request objects may be; a request may name no other (SR-138).</summary>
    [JsonPropertyName("request_uris")]
    public IReadOnlyList<string> RequestUris { get; init; } = [];

    /// <summary>How many seconds ago the user may have signed in, if a request does not say. Null (default): any time ago.</summary>
    [JsonPropertyName("default_max_age")]
    public int? DefaultMaxAge { get; init; }

    /// <summary>Whether its ID tokens always have <c>auth_time</c>. Default false.</summary>
    [JsonPropertyName("require_auth_time")]
    public bool RequireAuthTime { get; init; }

    /// <summary>The <c>acr_values</c> of a request that names none.</summary>
    [JsonPropertyName("default_acr_values")]
    public IReadOnlyList<string> DefaultAcrValues { get; init; } = [];

    /// <summary>An https URL at the client that begins a sign-in (OpenID Connect Core §4).</summary>
    [JsonPropertyName("initiate_login_uri")]
    public string? InitiateLoginUri { get; init; }

    /// <summary>Where users may be sent after logout, compared octet for octet.</summary>
    [JsonPropertyName("post_logout_redirect_uris")]
    public IReadOnlyList<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>What the logout page loads in a frame. Of the same origin as a redirect URI.</summary>
    [JsonPropertyName("frontchannel_logout_uri")]
    public string? FrontchannelLogoutUri { get; init; }

    /// <summary>Whether <see cref="FrontchannelLogoutUri"/> is called with <c>iss</c> and <c>sid</c>. Default false.</summary>
    [JsonPropertyName("frontchannel_logout_session_required")]
    public bool FrontchannelLogoutSessionRequired { get; init; }

    /// <summary>Where logout tokens are posted.</summary>
    [JsonPropertyName("backchannel_logout_uri")]
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>Whether its logout tokens must have a <c>sid</c>. Default false.</summary>
    [JsonPropertyName("backchannel_logout_session_required")]
    public bool BackchannelLogoutSessionRequired { get; init; }
}
