// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1 step B: the resource owner is authenticated)
using System.Diagnostics.CodeAnalysis;
using Gatehouse.Audit;
using Gatehouse.Authorize;
using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Protocol;
using Gatehouse.Throttling;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Account;

/// <summary>The login page of the package, for an app that has an <see cref="IUserAuthenticator"/> and no login of its own.</summary>
internal sealed partial class LoginEndpoint(
    LoginRequestReader requests, UserSession session, PasswordCheck passwords, AntiForgeryToken forms, PageRenderer pages, AuditTrail audit, IOptions<GatehouseOptions> options,
    ILogger<LoginEndpoint> log)
{
    private const string UserName = "username", Password = "password";

    private readonly GatehouseOptions options = options.Value;

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (FrontChannelRequest.IsByScriptOfAnotherSite(http.Request)) await ShowErrorAsync(http, FrontChannelRequest.ForUsersOnly);
            else if (HttpMethods.IsPost(http.Request.Method)) await SignInAsync(http);
            else await AskAsync(http);
        }
        catch (Exception e) when (EndpointGuard.CanBeShown(http, e))
        {
            Failed(log, e);
            await ShowErrorAsync(http, OAuthError.TemporarilyUnavailable("see the exception"));
        }
    }

    private async Task AskAsync(HttpContext http)
    {
        var returnUrl = Checked(http, http.Request.Query[LoginRequest.ReturnUrlParameter]);
        var request = await requests.FindAsync(returnUrl, http.RequestAborted);
        var user = await session.FindAsync(http);
        if (user is not null && request is { MustSignInAgain: false, SelectAccount: false })
        {
            // Somebody pressed Back, or signed in in another tab.
            HtmlPage.SeeOther(http, returnUrl);
            return;
        }
        await ShowAsync(http, returnUrl, request, user, new() { UserName = request?.LoginHint });
    }

    private async Task SignInAsync(HttpContext http)
    {
        if (!(await FormReader.ReadAsync(http.Request, http.RequestAborted)).Succeeded(out var form, out var error))
        {
            await ShowErrorAsync(http, error);
            return;
        }
        var returnUrl = Checked(http, form.Optional(LoginRequest.ReturnUrlParameter));
        var request = await requests.FindAsync(returnUrl, http.RequestAborted);
        // Signed in or not, by another tab meanwhile or not: it is the browser that must be the same (login CSRF).
        if (!forms.IsValid(http, form, subject: ""))
        {
            Forged(log);
            await ShowAsync(http, returnUrl, request, await session.FindAsync(http), new() { Problem = LoginProblem.Expired });
            return;
        }
        if (form.Optional(UserName) is not { } userName || form.Optional(Password) is not { } password)
        {
            await ShowAsync(http, returnUrl, request, await session.FindAsync(http), new() { UserName = form.Optional(UserName), Problem = LoginProblem.Failed });
            return;
        }
        if (!(await passwords.AuthenticateAsync(userName, password, http.Connection.RemoteIpAddress, http.RequestAborted)).Succeeded(out var user, out var wait))
        {
            Throttled(log);
            audit.Record(AuditType.UserRefused, AuditOutcome.Refused, null, null, http.Connection.RemoteIpAddress, ("reason", "throttled"));
            await ShowAsync(http, returnUrl, request, await session.FindAsync(http), new() { UserName = userName, Problem = LoginProblem.Wait, RetryAfter = wait.RetryAfter });
            return;
        }
        if (user.Subject is null)
        {
            Refused(log, user.Refusal);
            audit.Record(AuditType.UserRefused, AuditOutcome.Refused, null, null, http.Connection.RemoteIpAddress, ("reason", user.Refusal.ToString()));
            await ShowAsync(http, returnUrl, request, await session.FindAsync(http), new() { UserName = userName, Problem = LoginProblem.Failed });
            return;
        }
        // A new ticket, whatever cookie came along: nobody's session is taken over (SR-211).
        await http.SignInAsync(GatehouseAuthentication.Cookie, LoginPrincipal.Of(user, userName, options.SubjectClaimType));
        SignedIn(log, user.Subject);
        audit.Record(AuditType.UserSignedIn, AuditOutcome.Success, null, user.Subject, http.Connection.RemoteIpAddress, ("methods", "pwd"));
        HtmlPage.SeeOther(http, returnUrl);
    }

    private async Task ShowAsync(HttpContext http, string returnUrl, LoginRequest? request, SignedInUser? user, LoginModel model)
    {
        if (request is { UiLocales.Count: > 0 }) UiLocales.Note(http, string.Join(' ', request.UiLocales));
        model = model with
        {
            ClientName = request?.ClientName,
            SignedInAs = user?.Name,
            ForgotPasswordUrl = Link(http, options.Login.ForgotPasswordPath, returnUrl),
            CreateAccountUrl = Link(http, options.Authorize.CreateAccountPath, returnUrl),
            FormAction = FrontChannelRequest.LocalPath(http.Request),
            HiddenFields = [forms.For(http, subject: ""), new(LoginRequest.ReturnUrlParameter, returnUrl)],
        };
        await (await pages.LoginAsync(model, request?.FormTarget, http.Request)).WriteAsync(http);
    }

    /// <summary>Without one, or with one that leads elsewhere, there is nothing to go back to but the app itself.</summary>
    private static string Checked(HttpContext http, string? returnUrl) => ReturnUrl.IsLocal(returnUrl) ? returnUrl! : http.Request.PathBase.ToUriComponent() + "/";

    [return: NotNullIfNotNull(nameof(path))]
    private static string? Link(HttpContext http, string? path, string returnUrl) =>
        path is null ? null : http.Request.PathBase.Add(path).ToUriComponent() + QueryString.Create(LoginRequest.ReturnUrlParameter, returnUrl);

    private async Task ShowErrorAsync(HttpContext http, OAuthError error) => await (await pages.ErrorAsync(error, http.Request)).WriteAsync(http);

    // User names are personal, and people type passwords into the wrong field: neither is logged.
    [LoggerMessage(1641, LogLevel.Information, "User '{Subject}' signed in at the login page.")]
    private static partial void SignedIn(ILogger log, string subject);

    [LoggerMessage(1642, LogLevel.Information, "A sign-in at the login page was refused: {Refusal}.")]
    private static partial void Refused(ILogger log, UserRefusal refusal);

    [LoggerMessage(1643, LogLevel.Information, "A sign-in at the login page has to wait after too many failed attempts. See Gatehouse:Throttling.")]
    private static partial void Throttled(ILogger log);

    [LoggerMessage(1644, LogLevel.Warning, "The login form came without its anti-forgery token, or from another browser; it is shown again. If this is not an attack, see whether the app's cookies reach the browser, and whether all nodes share one Data Protection key ring.")]
    private static partial void Forged(ILogger log);

    [LoggerMessage(1645, LogLevel.Error, "The login page failed and an error page was shown. If the exception speaks of the database, see whether it is reachable; nobody was signed in.")]
    private static partial void Failed(ILogger log, Exception e);
}
