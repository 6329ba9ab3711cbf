// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.1 Authorization Endpoint)
using System.Diagnostics;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Protocol;
using Gatehouse.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>From a client's request to a signed-in user's answer. What may not be redirected is shown on a page of ours.</summary>
internal sealed partial class AuthorizeEndpoint(
    IssuerSource issuers, AuthorizeRequestReader requests, UserSession session, IConsentStore consents, Seal seal, ConsentEndpoint consent, PageRenderer pages,
    IOptions<GatehouseOptions> options, Metrics metrics, TimeProvider clock, ILogger<AuthorizeEndpoint> log)
{
    private readonly AuthorizeOptions offers = options.Value.Authorize;

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (!(await FrontChannelRequest.ReadAsync(http, issuers)).Succeeded(out var request, out var error)
                || !(await requests.ReadAsync(request.Parameters, request.Issuer, http.RequestAborted)).Succeeded(out var read, out error))
            {
                Metrics.Ended(metrics.Authorizations, Metrics.OutcomeOf(error), error: error.Code);
                NotRedirected(log, error.Reason ?? error.Description);
                await ShowErrorAsync(http, error);
                return;
            }
            await AnswerAsync(http, request, read);
        }
        catch (Exception e) when (EndpointGuard.CanBeShown(http, e))
        {
            Metrics.Ended(metrics.Authorizations, "failed", error: "temporarily_unavailable");
            Failed(log, e);
            await ShowErrorAsync(http, OAuthError.TemporarilyUnavailable("see the exception"));
        }
    }

    private async Task AnswerAsync(HttpContext http, FrontChannelRequest request, ReadRequest read)
    {
        var (target, settled, ct) = (read.Target, read.Settled, http.RequestAborted);
        UiLocales.Note(http, settled.Parameters);
        var user = await session.FindAsync(http);
        var mark = seal.TryOpen(settled.Mark, AuthorizeJson.Default.LoginMark);
        if (mark is not null && !mark.IsOf(settled.Parameters, clock.GetUtcNow())) mark = null;
        var remembered = user is null ? null : await consents.FindAsync(user.Subject, target.Client.Id, ct);
        var step = AuthorizeStep.Next(target, read.Parsed, user, mark, remembered, offers, clock.GetUtcNow());
        switch (step)
        {
            case AuthorizeStep.LogIn logIn:
                metrics.Ended(metrics.Authorizations, target.Client, "sign_in");
                await SendToSignInAsync(http, logIn, (settled with { Mark = logIn.Marked ? NewMark(settled) : null }).ReturnUrl(request.Path, seal, clock.GetUtcNow()));
                break;
            case AuthorizeStep.AskConsent ask:
                metrics.Ended(metrics.Authorizations, target.Client, "consent");
                await consent.ShowAsync(http, request.Path, settled, ask.Request, ask.User);
                break;
            case AuthorizeStep.Issue issue:
                var code = await consent.IssueAsync(http, issue.Request, issue.User);
                metrics.Ended(metrics.Authorizations, target.Client, "issued");
                await pages.Worded(AuthorizeResponse.Code(target, code, request.Issuer), http.Request).WriteAsync(http);
                break;
            case AuthorizeStep.Refuse refusal:
                metrics.Refused(metrics.Authorizations, target.Client, refusal.Error);
                Refused(log, target.Client.Id, refusal.Error.Code, refusal.Error.Reason ?? refusal.Error.Description);
                await pages.Worded(AuthorizeResponse.Error(target, refusal.Error, request.Issuer), http.Request).WriteAsync(http);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>To the app's sign-in, or to its page that makes accounts: the user comes back from either.</summary>
    private Task SendToSignInAsync(HttpContext http, AuthorizeStep.LogIn logIn, string returnUrl)
    {
        if (logIn.Request?.Prompt.Create != true) return session.ChallengeAsync(http, LoginChallenge.For(logIn.Request, returnUrl));
        HtmlPage.SeeOther(http, http.Request.PathBase.Add(offers.CreateAccountPath).ToUriComponent() + QueryString.Create(LoginRequest.ReturnUrlParameter, returnUrl));
        return Task.CompletedTask;
    }

    private async Task ShowErrorAsync(HttpContext http, OAuthError error) => await (await pages.ErrorAsync(error, http.Request)).WriteAsync(http);

    private string NewMark(SettledRequest settled) => seal.Close(LoginMark.For(settled.Parameters, clock.GetUtcNow()), AuthorizeJson.Default.LoginMark);

    [LoggerMessage(1611, LogLevel.Warning, "An authorization request was answered with an error page, because nobody proved where else to send it: {Reason}")]
    private static partial void NotRedirected(ILogger log, string reason);

    [LoggerMessage(1612, LogLevel.Information, "An authorization request of client '{ClientId}' was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string clientId, string error, string reason);

    [LoggerMessage(1613, LogLevel.Error, "The authorization endpoint failed and showed an error page. If the exception speaks of the database, see whether it is reachable; nothing was issued.")]
    private static partial void Failed(ILogger log, Exception e);
}
