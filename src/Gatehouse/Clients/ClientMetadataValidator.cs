// RFC 7591 - OAuth 2.0 Dynamic Client Registration Protocol (§2: client metadata, §3.2.2: errors)
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Clients;

/// <summary>What a rule about clients must know of a grant.</summary>
internal sealed record KnownGrant(string Type, bool ForPublicClients);

/// <summary>
/// Decides which clients may exist: one set of rules for configuration, the command line and dynamic registration. Each error names the member
/// and the fix, and all of them are reported together.
/// </summary>
/// <param name="grants">The grants that this server has registered.</param>
/// <param name="authenticationMethods">The client authentication methods that it has registered.</param>
internal sealed class ClientMetadataValidator(IEnumerable<KnownGrant> grants, IEnumerable<string> authenticationMethods)
{
    private const int MaxIdLength = 255, MaxNameLength = 255;

    private readonly KnownGrant[] knownGrants = [.. grants.DistinctBy(grant => grant.Type, StringComparer.Ordinal)];
    private readonly string[] knownMethods = [.. authenticationMethods.Distinct(StringComparer.Ordinal)];

    /// <summary>Reads and checks metadata as JSON. The client is valid only if this is true.</summary>
    public bool TryParse(string clientId, JsonElement metadata, out Client client, out IReadOnlyList<OAuthError> errors)
    {
        var found = new List<OAuthError>();
        client = ClientMetadata.Read(clientId, metadata, found);
        // What could not be read has its default here: checking that too would report mistakes that nobody made.
        if (found.Count == 0) found.AddRange(Check(client));
        errors = found;
        return found.Count == 0;
    }

    /// <summary>What is wrong with this client; empty if nothing is.</summary>
    public IReadOnlyList<OAuthError> Check(Client client)
    {
        var errors = new List<OAuthError>();
        CheckIdentity(client, errors);
        CheckAuthentication(client, errors);
        CheckGrants(client, errors);
        CheckResponses(client, errors);
        CheckRedirects(client, errors);
        CheckResources(client, errors);
        PresentationRules.Check(client, errors);
        KeySetRules.Check(client, errors);
        AlgorithmRules.Check(client, errors);
        OpenIdConnectRules.Check(client, errors);
        LogoutRules.Check(client, errors);
        OtherMetadata.Check(client, errors);
        return errors;
    }

    private static void CheckIdentity(Client client, List<OAuthError> errors)
    {
        if (client.Id.Length is 0 or > MaxIdLength || client.Id.Any(c => c is <= ' ' or > '~'))
            errors.Add(Refuse($"client_id must be 1 to {MaxIdLength} printable ASCII characters without spaces (RFC 6749 appendix A.1)"));
        if (client.Name is { } name && (name.Length is 0 or > MaxNameLength || name.Any(PresentationRules.Misleads)))
            errors.Add(Refuse($"client_name must be 1 to {MaxNameLength} characters, none of them a control or text-direction character: users read it before they consent"));
        if (client.ApplicationType is not ("web" or "native"))
            errors.Add(Refuse("application_type must be web or native"));
        if (!Scopes.Parse(client.Scope).Succeeded(out _, out _))
            errors.Add(Refuse("scope must be scope names of printable ASCII without '\"' and '\\', separated by spaces (RFC 6749 section 3.3)"));
    }

    private void CheckAuthentication(Client client, List<OAuthError> errors)
    {
        if (!knownMethods.Contains(client.TokenEndpointAuthMethod, StringComparer.Ordinal))
            errors.Add(Refuse($"token_endpoint_auth_method '{client.TokenEndpointAuthMethod}' is not supported; use one of: {string.Join(", ", knownMethods)}"));
        if (client.RequirePkce) return;
        // A native app ships its secret to every user, so it keeps none (RFC 8252 §8.5, SR-104).
        if (client.IsPublic || client.ApplicationType == "native")
            errors.Add(Refuse("require_pkce may be false for confidential web clients only; remove it, or register an authentication method"));
    }

    private void CheckGrants(Client client, List<OAuthError> errors)
    {
        if (client.GrantTypes.Count == 0) errors.Add(Refuse("grant_types is empty; name at least one"));
        foreach (var type in client.GrantTypes)
            if (Array.Find(knownGrants, known => known.Type == type) is not { } grant)
                errors.Add(Refuse($"grant_types: '{type}' is not supported; use one of: {string.Join(", ", knownGrants.Select(known => known.Type))}"));
            else if (client.IsPublic && !grant.ForPublicClients)
                errors.Add(Refuse($"grant_types: {type} is for confidential clients; register an authentication method other than none, or remove the grant"));
        if (client.GrantTypes.Distinct(StringComparer.Ordinal).Count() != client.GrantTypes.Count)
            errors.Add(Refuse("grant_types names one grant twice; remove the repetition"));
        // RFC 6749 §4.4.3: client_credentials gives no refresh token, and a refresh token cannot be the first thing that a client gets.
        if (client.GrantTypes.Contains("refresh_token") && client.GrantTypes.All(grant => grant is "refresh_token" or "client_credentials"))
            errors.Add(Refuse("grant_types: refresh_token needs another grant that gives the first one, such as authorization_code"));
    }

    /// <summary>RFC 7591 §2.1 ties the response types to the grants.</summary>
    private static void CheckResponses(Client client, List<OAuthError> errors)
    {
        if (client.ResponseTypes.Any(type => type != "code") || (client.ResponseTypes.Count == 0 && client.GrantTypes.Contains("authorization_code")))
            errors.Add(Refuse("response_types: only code is supported (RFC 9700 section 2.1.2); remove the member or set it to [\"code\"]"));
        if (client.ResponseModes.Any(mode => mode is not ("query" or "form_post")) || (client.ResponseModes.Count == 0 && client.GrantTypes.Contains("authorization_code")))
            errors.Add(Refuse("response_modes must be one or both of query and form_post; leave it out for both"));
    }

    private static void CheckRedirects(Client client, List<OAuthError> errors)
    {
        if (client.RedirectUris.Count == 0 && client.GrantTypes.Contains("authorization_code"))
            errors.Add(new("invalid_redirect_uri", "redirect_uris is empty, but grant_types has authorization_code; register at least one"));
        foreach (var uri in client.RedirectUris)
            if (RedirectUri.CheckRegistration(uri, client.ApplicationType == "native") is { } error)
                errors.Add(error);
        if (client.RedirectUris.Distinct(StringComparer.Ordinal).Count() != client.RedirectUris.Count)
            errors.Add(new("invalid_redirect_uri", "redirect_uris names one URI twice; remove the repetition"));
    }

    private static void CheckResources(Client client, List<OAuthError> errors)
    {
        if (client.ResourceServerFor.Count > 0 && client.IsPublic)
            errors.Add(Refuse("resource_server_for is for clients that authenticate: anybody could ask about tokens in the name of a public one; register an authentication method"));
        foreach (var resource in client.ResourceServerFor.Where(resource => resource != "self" && !IsResource(resource)))
            errors.Add(Refuse($"resource_server_for: '{resource}' must be self (this app's own API) or an absolute URI without fragment (RFC 8707 section 2)"));
    }

    private static bool IsResource(string resource) =>
        resource.All(c => c is > ' ' and <= '~') && !resource.Contains('#') && Uri.TryCreate(resource, UriKind.Absolute, out _) && !resource.StartsWith('/');

    private static OAuthError Refuse(string description) => new("invalid_client_metadata", description);
}
