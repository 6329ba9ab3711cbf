// RFC 6749 - The OAuth 2.0 Authorization Framework (§3.1 Authorization Endpoint)
using System.Diagnostics;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Protocol;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>From a client's request to a signed-in user's answer. What may not be redirected is shown on a page of ours.</summary>
internal sealed partial class AuthorizeEndpoint(
    IssuerSource issuers, ClientCache clients, ResourceCatalog resources, UserSession session, IConsentStore consents, Seal seal, ConsentEndpoint consent, PageRenderer pages,
    IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<AuthorizeEndpoint> log)
{
    private readonly AuthorizeOptions offers = options.Value.Authorize;

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (!(await FrontChannelRequest.ReadAsync(http, issuers)).Succeeded(out var request, out var error)
                || !(await FindTargetAsync(request.Parameters, http.RequestAborted)).Succeeded(out var target, out error))
            {
                NotRedirected(log, error.Reason ?? error.Description);
                await ShowErrorAsync(http, error);
                return;
            }
            await AnswerAsync(http, request, target);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            Failed(log, e);
            await ShowErrorAsync(http, OAuthError.TemporarilyUnavailable("see the exception"));
        }
    }

    private async ValueTask<Result<RedirectTarget>> FindTargetAsync(Parameters request, CancellationToken ct)
    {
        if (!request.Required("client_id").Succeeded(out var clientId, out var error)) return error;
        if (await clients.FindAsync(clientId, ct) is not { } client)
            return OAuthError.InvalidRequest("client_id is unknown", $"There is no enabled client '{new Untrusted(clientId)}'. See: gatehouse clients list");
        if (RedirectTarget.Parse(request, client).Succeeded(out var target, out error)) return target;
        return error with { Reason = error.Reason ?? $"{error.Description} (client '{client.Id}', redirect_uri '{new Untrusted(request.Optional("redirect_uri"))}'). If it is the client's own, register it: gatehouse clients update {client.Id} --redirect-uri ..." };
    }

    private async Task AnswerAsync(HttpContext http, FrontChannelRequest request, RedirectTarget target)
    {
        var ct = http.RequestAborted;
        var user = await session.FindAsync(http);
        var mark = seal.TryOpen(request.Parameters.Optional(LoginMark.Parameter), AuthorizeJson.Default.LoginMark);
        if (mark is not null && !mark.IsOf(request.Parameters, clock.GetUtcNow())) mark = null;
        var remembered = user is null ? null : await consents.FindAsync(user.Subject, target.Client.Id, ct);
        var step = AuthorizeStep.Next(
            target, AuthorizeRequest.Parse(request.Parameters, target, resources, offers, request.Issuer), user, mark, remembered, offers, clock.GetUtcNow());
        switch (step)
        {
            case AuthorizeStep.LogIn logIn:
                await SendToSignInAsync(http, logIn, LoginMark.ReturnUrl(request.Path, request.Parameters, logIn.Marked ? NewMark(request.Parameters) : null));
                break;
            case AuthorizeStep.AskConsent ask:
                await consent.ShowAsync(http, request, ask.Request, ask.User);
                break;
            case AuthorizeStep.Issue issue:
                await AuthorizeResponse.Code(target, await consent.IssueAsync(issue.Request, issue.User, ct), request.Issuer).WriteAsync(http);
                break;
            case AuthorizeStep.Refuse refusal:
                Refused(log, target.Client.Id, refusal.Error.Code, refusal.Error.Reason ?? refusal.Error.Description);
                await AuthorizeResponse.Error(target, refusal.Error, request.Issuer).WriteAsync(http);
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

    private string NewMark(Parameters request) => seal.Close(LoginMark.For(request, clock.GetUtcNow()), AuthorizeJson.Default.LoginMark);

    [LoggerMessage(1611, LogLevel.Warning, "An authorization request was answered with an error page, because nobody proved where else to send it: {Reason}")]
    private static partial void NotRedirected(ILogger log, string reason);

    [LoggerMessage(1612, LogLevel.Information, "An authorization request of client '{ClientId}' was refused with {Error}: {Reason}")]
    private static partial void Refused(ILogger log, string clientId, string error, string reason);

    [LoggerMessage(1613, LogLevel.Error, "The authorization endpoint failed and showed an error page. If the exception speaks of the database, see whether it is reachable; nothing was issued.")]
    private static partial void Failed(ILogger log, Exception e);
}
