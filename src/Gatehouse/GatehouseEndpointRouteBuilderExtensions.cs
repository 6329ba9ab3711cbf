using Gatehouse;
using Gatehouse.Authorize;
using Gatehouse.Discovery;
using Gatehouse.Grants;
using Gatehouse.Http;
using Gatehouse.Introspection;
using Gatehouse.Revocation;
using Gatehouse.UserInfo;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts Gatehouse's endpoints into an app.</summary>
public static class GatehouseEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the token, authorization, revocation, introspection, userinfo, key and metadata endpoints (<see cref="EndpointPaths"/>). All of them allow anonymous requests: they judge
    /// the caller themselves.
    /// </summary>
    public static IEndpointConventionBuilder MapGatehouse(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var options = services.GetRequiredService<IOptions<GatehouseOptions>>().Value;
        var guard = services.GetRequiredService<EndpointGuard>();
        var paths = options.Paths;
        // An issuer with a path names endpoints below it; when the app itself is not below it, they must be found there all the same.
        var prefix = options.Issuer is { } issuer ? new Uri(issuer).AbsolutePath.TrimEnd('/') : "";

        var group = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        void Map(string path, string methods, RequestDelegate handler)
        {
            var guarded = guard.Protect(methods, handler);
            group.Map(path, guarded).WithDisplayName($"Gatehouse {path}");
            if (prefix.Length > 0 && !path.Contains("/.well-known/", StringComparison.Ordinal))
                group.Map(prefix + path, guarded).WithDisplayName($"Gatehouse {prefix}{path}");
        }

        // One line per route.
        Map(paths.Token, "POST", services.GetRequiredService<TokenEndpoint>().HandleAsync);
        Map(paths.Authorize, "GET, POST", services.GetRequiredService<AuthorizeEndpoint>().HandleAsync);
        Map(paths.Authorize + ConsentEndpoint.PathBelow, "POST", services.GetRequiredService<ConsentEndpoint>().HandleAsync);
        Map(paths.Revocation, "POST", services.GetRequiredService<RevocationEndpoint>().HandleAsync);
        Map(paths.Introspection, "POST", services.GetRequiredService<IntrospectionEndpoint>().HandleAsync);
        Map(paths.UserInfo, UserInfoEndpoint.AllMethods, services.GetRequiredService<UserInfoEndpoint>().HandleAsync);
        Map(paths.Jwks, "GET, HEAD", services.GetRequiredService<JwksEndpoint>().HandleAsync);
        foreach (var path in MetadataPaths.Of(prefix))
            Map(path, "GET, HEAD", services.GetRequiredService<MetadataEndpoint>().HandleAsync);
        return group;
    }
}
