using System.Security.Claims;
using System.Text.Encodings.Web;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Bearer;

/// <summary>The scheme <see cref="GatehouseAuthentication.SchemeOrCookie"/>. It decides nothing itself but which of the two is asked.</summary>
internal sealed partial class BearerOrCookieHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AppSchemes app)
    : SignInAuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>A bad token too: falling back to the cookie would act as somebody whom the caller did not name.</summary>
    private bool IsBearer => app.Authenticate is null || BearerCredentials.ArePresent(Request.Headers.Authorization);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (IsBearer) return await Context.AuthenticateAsync(GatehouseAuthentication.Scheme);
        var result = await Context.AuthenticateAsync(app.Authenticate);
        if (!result.Succeeded || !CrossSiteRequest.IsUnsafe(Request)) return result;
        CrossSite(Logger, Request.Method, Request.Path);
        return AuthenticateResult.NoResult();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Context.ChallengeAsync(!IsBearer && PageNavigation.Is(Context) ? app.Challenge : GatehouseAuthentication.Scheme, properties);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (IsBearer) return Context.ForbidAsync(GatehouseAuthentication.Scheme, properties);
        if (PageNavigation.Is(Context)) return Context.ForbidAsync(app.Forbid, properties);
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    protected override Task HandleSignInAsync(ClaimsPrincipal user, AuthenticationProperties? properties) =>
        app.Authenticate is { } cookie
            ? Context.SignInAsync(cookie, user, properties)
            : throw new InvalidOperationException("The app has no cookie scheme to sign in to. Add one with AddAuthentication().AddCookie(), or name it in Gatehouse:UserScheme.");

    protected override Task HandleSignOutAsync(AuthenticationProperties? properties) =>
        Context.SignOutAsync(IsBearer ? GatehouseAuthentication.Scheme : app.SignOut, properties);

    [LoggerMessage(1511, LogLevel.Warning, "{Method} {Path} came from another site with the user's cookie, and is treated as anonymous. If that site is the app's own, let it call with a bearer token.")]
    private static partial void CrossSite(ILogger log, string method, string path);
}
