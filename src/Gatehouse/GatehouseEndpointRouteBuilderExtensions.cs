using Gatehouse;
using Gatehouse.Account;
using Gatehouse.Authorize;
using Gatehouse.Discovery;
using Gatehouse.Grants;
using Gatehouse.Http;
using Gatehouse.Introspection;
using Gatehouse.Logout;
using Gatehouse.Pages;
using Gatehouse.Registration;
using Gatehouse.Revocation;
using Gatehouse.UserInfo;
using Gatehouse.Users;
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
        var (admission, busy) = (services.GetRequiredService<Admission>(), services.GetRequiredService<BusyPage>());
        // What a client gets when there is too much to do, and what a user gets. Null is for what costs no more than either.
        Refusal refuse = admission.With(EndpointGuard.RefuseAsync), show = admission.With(async http => await (await busy.ForAsync(http.Request)).WriteAsync(http));
        void Map(string path, string methods, RequestDelegate handler, Refusal? whenBusy, int order = 0, ReadsBearerToken? token = null)
        {
            var guarded = guard.Protect(methods, handler, whenBusy);
            MapOne(path);
            if (prefix.Length > 0 && !path.Contains("/.well-known/", StringComparison.Ordinal)) MapOne(prefix + path);

            void MapOne(string at) => group.Map(at, guarded).WithDisplayName($"Gatehouse {at}").Add(endpoint =>
            {
                ((RouteEndpointBuilder)endpoint).Order = order;
                if (whenBusy is not null) endpoint.Metadata.Add(whenBusy);
                if (token is not null) endpoint.Metadata.Add(token);
            });
        }
        // A page of the app's own at the same path takes the place of ours.
        void MapPage(string path, RequestDelegate handler) => Map(path, "GET, POST", handler, show, order: 1);

        // One line per route.
        Map(paths.Token, "POST", services.GetRequiredService<TokenEndpoint>().HandleAsync, refuse);
        Map(paths.Authorize, "GET, POST", services.GetRequiredService<AuthorizeEndpoint>().HandleAsync, show);
        Map(paths.Authorize + ConsentEndpoint.PathBelow, "POST", services.GetRequiredService<ConsentEndpoint>().HandleAsync, show);
        Map(paths.Logout, "GET, POST", services.GetRequiredService<LogoutEndpoint>().HandleAsync, show);
        Map(paths.Logout + LogoutEndpoint.PathBelow, "POST", services.GetRequiredService<LogoutEndpoint>().ConfirmAsync, show);
        Map(paths.Revocation, "POST", services.GetRequiredService<RevocationEndpoint>().HandleAsync, refuse);
        Map(paths.Introspection, "POST", services.GetRequiredService<IntrospectionEndpoint>().HandleAsync, refuse);
        Map(paths.UserInfo, UserInfoEndpoint.AllMethods, services.GetRequiredService<UserInfoEndpoint>().HandleAsync, refuse, token: ReadsBearerToken.Itself);
        Map(paths.Jwks, "GET, HEAD", services.GetRequiredService<JwksEndpoint>().HandleAsync, null);
        if (options.Registration.Enabled)
        {
            Map(paths.Registration, RegistrationEndpoint.AllMethods, services.GetRequiredService<RegistrationEndpoint>().HandleAsync, refuse, token: ReadsBearerToken.Itself);
            Map($"{paths.Registration}/{{{RegistrationManagementEndpoint.ClientId}}}", RegistrationManagementEndpoint.Methods, services.GetRequiredService<RegistrationManagementEndpoint>().HandleAsync, refuse, token: ReadsBearerToken.Itself);
        }
        var signIn = services.GetRequiredService<AppSchemes>().Authenticate;
        if (signIn is not null) MapPage(paths.Apps, services.GetRequiredService<AppsEndpoint>().HandleAsync);
        if (signIn == GatehouseAuthentication.Cookie) MapPage(paths.Login, services.GetRequiredService<LoginEndpoint>().HandleAsync);
        foreach (var path in MetadataPaths.Of(prefix))
            Map(path, "GET, HEAD", services.GetRequiredService<MetadataEndpoint>().HandleAsync, null);
        return group;
    }
}
