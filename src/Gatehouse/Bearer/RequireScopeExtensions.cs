using Gatehouse.Bearer;
using Microsoft.AspNetCore.Authorization;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Scopes as requirements, beside <c>RequireAuthorization()</c>.</summary>
public static class RequireScopeExtensions
{
    /// <summary>Lets a token in only if it carries all of these scopes; see <see cref="RequireScopeAttribute"/> for users with a cookie. Implies <c>RequireAuthorization()</c>.</summary>
    /// <exception cref="ArgumentException">A scope is not one scope token (RFC 6749 §3.3).</exception>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, params string[] scopes) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(new RequireScopeAttribute(scopes));

    /// <summary>The same in a policy.</summary>
    /// <exception cref="ArgumentException">A scope is not one scope token (RFC 6749 §3.3).</exception>
    public static AuthorizationPolicyBuilder RequireScope(this AuthorizationPolicyBuilder policy, params string[] scopes)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.AddRequirements(new ScopeRequirement(scopes));
    }
}
