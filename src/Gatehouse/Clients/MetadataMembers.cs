// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2, with what OpenID Connect adds to its registry)
using static Gatehouse.Clients.MetadataMember;

namespace Gatehouse.Clients;

/// <summary>Every member that steers something, in the order in which metadata is written. One line each; what is not here is kept but steers nothing.</summary>
internal static class MetadataMembers
{
    public static IReadOnlyList<MetadataMember> All { get; } =
    [
        Text("client_name", client => client.Name, (client, value) => client with { Name = value }),
        Text("token_endpoint_auth_method", client => client.TokenEndpointAuthMethod, (client, value) => client with { TokenEndpointAuthMethod = value }),
        List("grant_types", client => client.GrantTypes, (client, value) => client with { GrantTypes = value }, always: true),
        // §2.1: a client without the code grant has no response type either, whatever the default says.
        List("response_types", client => client.GrantTypes.Contains("authorization_code") ? client.ResponseTypes : [], (client, value) => client with { ResponseTypes = value }),
        List("response_modes", client => client.GrantTypes.Contains("authorization_code") ? client.ResponseModes : [], (client, value) => client with { ResponseModes = value }),
        List("redirect_uris", client => client.RedirectUris, (client, value) => client with { RedirectUris = value }, always: true),
        Text("scope", client => client.Scope, (client, value) => client with { Scope = value }),
        Text("application_type", client => client.ApplicationType, (client, value) => client with { ApplicationType = value }),

        Text("client_uri", client => client.ClientUri, (client, value) => client with { ClientUri = value }),
        Text("logo_uri", client => client.LogoUri, (client, value) => client with { LogoUri = value }),
        Text("policy_uri", client => client.PolicyUri, (client, value) => client with { PolicyUri = value }),
        Text("tos_uri", client => client.TosUri, (client, value) => client with { TosUri = value }),
        List("contacts", client => client.Contacts, (client, value) => client with { Contacts = value }),
        Text("software_id", client => client.SoftwareId, (client, value) => client with { SoftwareId = value }),
        Text("software_version", client => client.SoftwareVersion, (client, value) => client with { SoftwareVersion = value }),

        Object("jwks", client => client.Jwks, (client, value) => client with { Jwks = value }),
        Text("jwks_uri", client => client.JwksUri, (client, value) => client with { JwksUri = value }),

        Text("subject_type", client => client.SubjectType, (client, value) => client with { SubjectType = value }),
        Text("sector_identifier_uri", client => client.SectorIdentifierUri, (client, value) => client with { SectorIdentifierUri = value }),
        Text("id_token_signed_response_alg", client => client.IdTokenSignedResponseAlg, (client, value) => client with { IdTokenSignedResponseAlg = value }),
        Text("id_token_encrypted_response_alg", client => client.IdTokenEncryptedResponseAlg, (client, value) => client with { IdTokenEncryptedResponseAlg = value }),
        Text("id_token_encrypted_response_enc", client => client.IdTokenEncryptedResponseEnc, (client, value) => client with { IdTokenEncryptedResponseEnc = value }),
        Text("userinfo_signed_response_alg", client => client.UserinfoSignedResponseAlg, (client, value) => client with { UserinfoSignedResponseAlg = value }),
        Text("userinfo_encrypted_response_alg", client => client.UserinfoEncryptedResponseAlg, (client, value) => client with { UserinfoEncryptedResponseAlg = value }),
        Text("userinfo_encrypted_response_enc", client => client.UserinfoEncryptedResponseEnc, (client, value) => client with { UserinfoEncryptedResponseEnc = value }),
        Text("request_object_signing_alg", client => client.RequestObjectSigningAlg, (client, value) => client with { RequestObjectSigningAlg = value }),
        List("request_uris", client => client.RequestUris, (client, value) => client with { RequestUris = value }),
        Seconds("default_max_age", client => client.DefaultMaxAge, (client, value) => client with { DefaultMaxAge = value }),
        Flag("require_auth_time", client => client.RequireAuthTime, (client, value) => client with { RequireAuthTime = value }),
        List("default_acr_values", client => client.DefaultAcrValues, (client, value) => client with { DefaultAcrValues = value }),
        Text("initiate_login_uri", client => client.InitiateLoginUri, (client, value) => client with { InitiateLoginUri = value }),

        List("post_logout_redirect_uris", client => client.PostLogoutRedirectUris, (client, value) => client with { PostLogoutRedirectUris = value }),
        Text("frontchannel_logout_uri", client => client.FrontchannelLogoutUri, (client, value) => client with { FrontchannelLogoutUri = value }),
        Flag("frontchannel_logout_session_required", client => client.FrontchannelLogoutSessionRequired, (client, value) => client with { FrontchannelLogoutSessionRequired = value }),
        Text("backchannel_logout_uri", client => client.BackchannelLogoutUri, (client, value) => client with { BackchannelLogoutUri = value }),
        Flag("backchannel_logout_session_required", client => client.BackchannelLogoutSessionRequired, (client, value) => client with { BackchannelLogoutSessionRequired = value }),

        // Gatehouse's own.
        Flag("require_pkce", client => client.RequirePkce, (client, value) => client with { RequirePkce = value }, always: true),
        Flag("require_consent", client => client.RequireConsent, (client, value) => client with { RequireConsent = value }, always: true),
        Flag("scope_claims_in_id_token", client => client.ScopeClaimsInIdToken, (client, value) => client with { ScopeClaimsInIdToken = value }),
        List("resource_server_for", client => client.ResourceServerFor, (client, value) => client with { ResourceServerFor = value }, always: true),
        Flag("enabled", client => client.Enabled, (client, value) => client with { Enabled = value }, always: true),
    ];
}
