// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.3 Access Token Scope)
using Gatehouse.Clients;
using Gatehouse.Protocol;
using Gatehouse.Tokens;

namespace Gatehouse.Grants;

/// <summary>What a token request asks for, where it may choose: scopes and, at most, one resource.</summary>
internal sealed class RequestedAccess
{
    private RequestedAccess(Scopes? scopes, IReadOnlyList<string> resources) => (Scopes, Resources) = (scopes, resources);

    /// <summary>Null if the request leaves it to us.</summary>
    public Scopes? Scopes { get; }

    /// <summary>As sent. An access token has one audience, so a token request names at most one (RFC 8707 §2.2 lets us say so).</summary>
    public IReadOnlyList<string> Resources { get; }

    public static Result<RequestedAccess> Parse(Parameters form)
    {
        var resources = form.All("resource");
        if (resources.Count > 1)
            return OAuthError.InvalidTarget("name one resource per token request");
        if (form.Optional("scope") is not { } text) return new RequestedAccess(null, resources);
        return Protocol.Scopes.Parse(text).Succeeded(out var scopes, out var error) ? new RequestedAccess(scopes, resources) : error;
    }

    /// <summary>What a client gets that names its scopes here first: those, if it is registered for them; all that it is registered for, if it names none (§3.3).</summary>
    public Result<Scopes> ScopesFor(Client client)
    {
        if (Scopes is null) return client.ParsedScope;
        var excess = Scopes.Except(client.ParsedScope);
        return excess.IsEmpty ? Scopes : OAuthError.InvalidScope($"this client is not registered for scope '{excess}'");
    }

    /// <summary>The one resource, null for the app's own API.</summary>
    public Result<List<string?>> ResourceIn(ResourceCatalog catalog, string issuer) => catalog.Parse(Resources, issuer);
}
