// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.3 Access Token Scope)
using System.Security.Claims;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Bearer;

/// <summary>All of these scopes, of whoever calls with a token.</summary>
internal sealed class ScopeRequirement : IAuthorizationRequirement
{
    public ScopeRequirement(IReadOnlyCollection<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        if (scopes.Count == 0) throw new ArgumentException("Name at least one scope.", nameof(scopes));
        foreach (var scope in scopes)
            if (string.IsNullOrEmpty(scope) || scope.Contains(' ') || !Protocol.Scopes.Parse(scope).Succeeded(out _, out _))
                throw new ArgumentException($"'{scope}' is not a scope token (RFC 6749 section 3.3); give each scope as its own argument.", nameof(scopes));
        Scopes = Protocol.Scopes.Of(scopes);
    }

    public Scopes Scopes { get; }

    public override string ToString() => $"scope {Scopes}";
}

/// <summary>Compares, and remembers for the answer what was needed.</summary>
/// <remarks>Not on the framework's base class, which makes an iterator for whoever requires no scope, too.</remarks>
internal sealed class ScopeHandler : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        foreach (var required in context.Requirements)
            if (required is ScopeRequirement requirement) Compare(context, requirement);
        return Task.CompletedTask;
    }

    private static void Compare(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        var http = context.Resource as HttpContext;
        var allowed = context.User.Identity is { IsAuthenticated: true } && (!IsDelegated(context.User, http) || ScopesOf(context.User).Contains(requirement.Scopes));
        if (allowed) context.Succeed(requirement);
        if (http is not null) RequiredScopes.Add(http, requirement.Scopes, missing: !allowed);
    }

    /// <summary>
    /// A client speaks in the user's name: it came with a token of ours, or with anything that names scopes, or with a bearer header that another scheme of the app's believed.
    /// The last two fail closed: a token of another issuer that says nothing of scopes has none.
    /// </summary>
    private static bool IsDelegated(ClaimsPrincipal user, HttpContext? http) =>
        user.Identities.Any(identity => identity.AuthenticationType == GatehouseAuthentication.Scheme)
        || user.HasClaim(static claim => claim.Type is "scope" or "scp")
        || (http is not null && BearerCredentials.ArePresent(http.Request.Headers.Authorization));

    private static Scopes ScopesOf(ClaimsPrincipal user) =>
        Scopes.Of(user.FindAll(static claim => claim.Type is "scope" or "scp").SelectMany(static claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
