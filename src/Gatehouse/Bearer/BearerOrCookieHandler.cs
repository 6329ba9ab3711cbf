using System.Security.Claims;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Bearer;

/// <summary>The scheme <see cref="GatehouseAuthentication.SchemeOrCookie"/>. It decides nothing itself but which of the two is asked.</summary>
internal sealed partial class BearerOrCookieHandler(AppSchemes app, ILogger<BearerOrCookieHandler> log) : IAuthenticationSignInHandler
{
    private HttpContext http = null!;

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        http = context;
        return Task.CompletedTask;
    }

    /// <summary>A bad token too: falling back to the cookie would act as somebody whom the caller did not name.</summary>
    private bool IsBearer => app.Authenticate is null || BearerCredentials.ArePresent(http.Request.Headers.Authorization);

    public async Task<AuthenticateResult> AuthenticateAsync()
    {
        if (IsBearer) return await http.AuthenticateAsync(GatehouseAuthentication.Scheme);
        var result = await http.AuthenticateAsync(app.Authenticate);
        if (!result.Succeeded || !CrossSiteRequest.IsUnsafe(http.Request)) return result;
        CrossSite(log, http.Request.Method, new Untrusted(http.Request.Path));
        return AuthenticateResult.NoResult();
    }

    public Task ChallengeAsync(AuthenticationProperties? properties) =>
        http.ChallengeAsync(!IsBearer && PageNavigation.Is(http) ? app.Challenge : GatehouseAuthentication.Scheme, properties);

    public Task ForbidAsync(AuthenticationProperties? properties)
    {
        if (IsBearer) return http.ForbidAsync(GatehouseAuthentication.Scheme, properties);
        if (PageNavigation.Is(http)) return http.ForbidAsync(app.Forbid, properties);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    public Task SignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties) =>
        app.Authenticate is { } cookie
            ? http.SignInAsync(cookie, user, properties)
            : throw new InvalidOperationException("The app has no cookie scheme to sign in to. Add one with AddAuthentication().AddCookie(), or name it in Gatehouse:UserScheme. (gatehouse explain 7037)");

    public Task SignOutAsync(AuthenticationProperties? properties) =>
        http.SignOutAsync(IsBearer ? GatehouseAuthentication.Scheme : app.SignOut, properties);

    [LoggerMessage(1511, LogLevel.Warning, "{Method} {Path} came from another site with the user's cookie, and is treated as anonymous. If that site is the app's own, let it call with a bearer token.")]
    private static partial void CrossSite(ILogger log, string method, Untrusted path);
}
