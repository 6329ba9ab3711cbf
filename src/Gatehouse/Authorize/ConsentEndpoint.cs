// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1 step B, §10.12: the user's decision)
using Gatehouse.Audit;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Protocol;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Authorize;

/// <summary>Shows the consent page, and takes its answer.</summary>
internal sealed partial class ConsentEndpoint(
    IssuerSource issuers, AuthorizeRequestReader requests, ResourceCatalog resources, UserSession session, IConsentStore consents, CodeIssuer codes, IProtocolStore store, LiveSessions sessions, Seal seal, AntiForgeryToken forms, PageRenderer pages,
    IOptions<GatehouseOptions> options, AuditTrail audit, Metrics metrics, TimeProvider clock, ILogger<ConsentEndpoint> log)
{
    /// <summary>Below the authorization endpoint, so that everything that is said about that path holds here too.</summary>
    public const string PathBelow = "/consent";

    private const string Ticket = "request", Decision = "decision";

    public async Task ShowAsync(HttpContext http, string path, SettledRequest settled, AuthorizeRequest asked, SignedInUser user)
    {
        var ticket = seal.Close(ConsentTicket.For(asked, settled, user.Subject, clock.GetUtcNow()), AuthorizeJson.Default.ConsentTicket);
        Shown(log, asked.Client.Id, user.Subject);
        var model = ConsentModelFor(asked, user) with
        {
            ClientName = asked.Client.NameIn([pages.LanguageOf(http.Request).Language]) ?? asked.Client.Id,
            FormAction = path + PathBelow,
            HiddenFields = [new(Ticket, ticket), forms.For(http, user.Subject)],
        };
        await (await pages.ConsentAsync(model, RedirectOrigin.Of(asked.Target.Uri), http.Request)).WriteAsync(http);
    }

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            await AnswerAsync(http);
        }
        catch (Exception e) when (EndpointGuard.CanBeShown(http, e))
        {
            Failed(log, e);
            await ShowErrorAsync(http, OAuthError.TemporarilyUnavailable("see the exception"));
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (FrontChannelRequest.IsByScriptOfAnotherSite(http.Request))
        {
            await ShowErrorAsync(http, FrontChannelRequest.ForUsersOnly);
            return;
        }
        if (!(await FormReader.ReadAsync(http.Request, http.RequestAborted)).Succeeded(out var form, out var error))
        {
            await ShowErrorAsync(http, error);
            return;
        }
        if (seal.TryOpen(form.Optional(Ticket), AuthorizeJson.Default.ConsentTicket) is not { } ticket || !ticket.Settled().Succeeded(out var settled, out _))
        {
            await ShowErrorAsync(http, OAuthError.InvalidRequest("this page is not valid any more; go back to the app and start again", "The sealed request of a consent page could not be read: it was altered, or the Data Protection keys changed. On several nodes they must share them."));
            return;
        }
        UiLocales.Note(http, settled.Parameters);
        var user = await session.FindAsync(http);
        if (user?.Subject != ticket.Subject || !ticket.IsFresh(clock.GetUtcNow()))
        {
            // Somebody else sits here now, or it has been a while. Whoever it is sees the page that is meant for them.
            Restarted(log);
            StartAgain(http, settled);
            return;
        }
        if (!forms.IsValid(http, form, user.Subject))
        {
            Forged(log);
            await ShowErrorAsync(http, OAuthError.InvalidRequest("this page was not opened in this browser; go back to the app and start again", "The anti-forgery token of a consent page is missing or belongs to another browser."));
            return;
        }
        await DecideAsync(http, form.Optional(Decision), ticket, settled, user);
    }

    /// <summary>Parsed anew: what was allowed a moment ago may be refused now.</summary>
    private async Task DecideAsync(HttpContext http, string? decision, ConsentTicket ticket, SettledRequest settled, SignedInUser user)
    {
        var (ct, issuer) = (http.RequestAborted, issuers.For(http.Request));
        if (!(await requests.ReadAgainAsync(settled, issuer, ct)).Succeeded(out var read, out _)
            || !read.Parsed.Succeeded(out var request, out _)
            || !ticket.Shows(request))
        {
            Restarted(log);
            StartAgain(http, settled);
            return;
        }
        var (target, client) = (request.Target, request.Client);
        switch (decision)
        {
            case "allow":
                if (Consent.IsRememberable(target))
                    await consents.SaveAsync(Consent.Add(await consents.FindAsync(user.Subject, client.Id, ct), request, user.Subject, clock.GetUtcNow()), ct);
                metrics.Ended(metrics.Consents, client, "allowed");
                Allowed(log, user.Subject, client.Id, request.Shown.ToString());
                audit.Record(AuditType.ConsentGiven, AuditOutcome.Success, client.Id, user.Subject, http.Connection.RemoteIpAddress, ("scope", request.Shown.ToString()));
                await pages.Worded(AuthorizeResponse.Code(target, await IssueAsync(http, request, user), issuer), http.Request).WriteAsync(http);
                break;
            case "deny":
                metrics.Ended(metrics.Consents, client, "denied");
                Denied(log, user.Subject, client.Id);
                audit.Record(AuditType.ConsentDenied, AuditOutcome.Refused, client.Id, user.Subject, http.Connection.RemoteIpAddress);
                await pages.Worded(AuthorizeResponse.Error(target, OAuthError.AccessDenied("the user said no"), issuer), http.Request).WriteAsync(http);
                break;
            default:
                await ShowErrorAsync(http, OAuthError.InvalidRequest("the decision must be allow or deny"));
                break;
        }
    }

    private void StartAgain(HttpContext http, SettledRequest settled) =>
        HtmlPage.SeeOther(http, settled.ReturnUrl(FrontChannelRequest.LocalPath(http.Request)[..^PathBelow.Length], seal, clock.GetUtcNow()));

    /// <summary>The one write: also for consent that was given before, or that need not be asked for.</summary>
    public async ValueTask<string> IssueAsync(HttpContext http, AuthorizeRequest request, SignedInUser user)
    {
        var ct = http.RequestAborted;
        var issued = codes.Issue(request, user);
        using (Tracing.Span("store start")) await store.StartAsync(issued.Family, [issued.Artifact], ct);
        // In this order: whoever ends the session either sees this family, or refuses the client here. Then the code is dead before it is sent.
        if (user.SignIn.SessionId is { } session && !await sessions.TryAddClientAsync(session, request.Client.Id, ct)) await store.RevokeFamilyAsync(issued.Family.Id, clock.GetUtcNow(), ct);
        audit.Record(AuditType.AccessGranted, AuditOutcome.Success, request.Client.Id, user.Subject, http.Connection.RemoteIpAddress, ("scope", request.Scopes.ToString()), ("family", issued.Family.Id.ToString()));
        await codes.NoticeRepeatsAsync(request, ct);
        return issued.Code;
    }

    private async Task ShowErrorAsync(HttpContext http, OAuthError error)
    {
        Refused(log, error.Reason ?? error.Description);
        await (await pages.ErrorAsync(error, http.Request)).WriteAsync(http);
    }

    private ConsentModel ConsentModelFor(AuthorizeRequest request, SignedInUser user)
    {
        var refreshable = request.Client.GrantTypes.Contains("refresh_token");
        return new()
        {
            ClientId = request.Client.Id,
            IsUnassured = request.Client.IsDynamic,
            Links = ClientPages.Of(request.Client),
            RedirectHost = RedirectOrigin.HostOf(request.Target.Uri),
            IsOnThisDevice = RedirectOrigin.IsOnThisDevice(request.Target.Uri),
            UserName = user.Name,
            Scopes = [.. request.Shown.Tokens.Select(scope => new ConsentScope(scope, Description: null))],
            Resources = [.. request.Resources.Where(resource => resource != ResourceCatalog.Own)],
            Lifetime = refreshable ? options.Value.RefreshTokenAbsoluteLifetime : resources.LongestLifetime(request.Resources),
        };
    }

    [LoggerMessage(1621, LogLevel.Information, "User '{Subject}' is asked about client '{ClientId}'.")]
    private static partial void Shown(ILogger log, string clientId, string subject);

    [LoggerMessage(1622, LogLevel.Information, "User '{Subject}' allowed client '{ClientId}' '{Scope}'.")]
    private static partial void Allowed(ILogger log, string subject, string clientId, string scope);

    [LoggerMessage(1623, LogLevel.Information, "User '{Subject}' denied client '{ClientId}'.")]
    private static partial void Denied(ILogger log, string subject, string clientId);

    [LoggerMessage(1624, LogLevel.Information, "A consent page was answered late, by another user than it was shown to, or after its client changed; it is shown again.")]
    private static partial void Restarted(ILogger log);

    [LoggerMessage(1625, LogLevel.Warning, "A consent page was answered without its anti-forgery token. If this is not an attack, see whether the app's cookies reach the browser (path, SameSite, https).")]
    private static partial void Forged(ILogger log);

    [LoggerMessage(1626, LogLevel.Warning, "The answer to a consent page was refused: {Reason}")]
    private static partial void Refused(ILogger log, string reason);

    [LoggerMessage(1627, LogLevel.Error, "The consent page's answer failed and an error page was shown. If the exception speaks of the database, see whether it is reachable; nothing was issued.")]
    private static partial void Failed(ILogger log, Exception e);
}
