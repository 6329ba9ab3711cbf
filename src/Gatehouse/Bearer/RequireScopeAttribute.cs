// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.3 Access Token Scope)
using Microsoft.AspNetCore.Authorization;

namespace Gatehouse.Bearer;

/// <summary>
/// Lets a token in only if it carries all of these scopes; on a controller, an action, a page model or a minimal API's handler. A user who is signed in with the app's own cookie passes:
/// scopes limit what a client may do in a user's name, and there is no client between this user and the app.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireScopeAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    private readonly ScopeRequirement requirement;

    /// <summary>Requires scopes.</summary>
    /// <param name="scopes">All are needed. Each as RFC 6749 §3.3 allows it, without spaces.</param>
    public RequireScopeAttribute(params string[] scopes)
    {
        requirement = new(scopes);
        Scopes = [.. requirement.Scopes.Tokens];
    }

    /// <summary>The scopes that are needed.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [requirement];
}
