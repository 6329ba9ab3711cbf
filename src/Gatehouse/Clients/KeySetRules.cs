// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: jwks and jwks_uri)
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>Rules for a client's public keys.</summary>
internal static class KeySetRules
{
    public static void Check(Client client, List<OAuthError> errors)
    {
        if (client is { Jwks: not null, JwksUri: not null })
            errors.Add(Refuse("jwks and jwks_uri exclude each other (RFC 7591 section 2); keep jwks_uri if the keys ever change"));
        if (client.Jwks is { } jwks && KeySet.Problem(jwks) is { } problem)
            errors.Add(Refuse($"jwks {problem}"));
        if (client.JwksUri is { } uri && !ClientLink.IsFetchable(uri))
            errors.Add(Refuse("jwks_uri must be an https URL"));
    }

    private static OAuthError Refuse(string description) => new("invalid_client_metadata", description);
}
