// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§5.2.2.4: users take back what they allowed)
using Gatehouse.Audit;
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Protocol;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Tokens;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Account;

/// <summary>The page of connected apps: what the signed-in user has allowed and where they are signed in, each with a button that ends it.</summary>
internal sealed partial class AppsEndpoint(
    IssuerSource issuers, UserSession session, ClientCache clients, IConsentStore consents, IProtocolStore store, Revoker revoker, GatehouseSessions sessions, AntiForgeryToken forms, PageRenderer pages,
    AuditTrail audit, TimeProvider clock, ILogger<AppsEndpoint> log)
{
    private const string ClientId = "client_id", SessionId = "session_id", Everywhere = "everywhere", After = "after";

    /// <summary>More apps than anybody uses; a script that registers a client for each run is not anybody.</summary>
    private const int AppsAtOnce = 50;

    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (FrontChannelRequest.IsByScriptOfAnotherSite(http.Request)) await ShowErrorAsync(http, FrontChannelRequest.ForUsersOnly);
            else if (await session.FindAsync(http) is not { } user) await session.ChallengeAsync(http, new AuthenticationProperties { RedirectUri = FrontChannelRequest.LocalPath(http.Request) });
            else if (HttpMethods.IsPost(http.Request.Method)) await EndAsync(http, user);
            else await ShowAsync(http, user, new());
        }
        catch (Exception e) when (EndpointGuard.CanBeShown(http, e))
        {
            Failed(log, e);
            await ShowErrorAsync(http, OAuthError.TemporarilyUnavailable("see the exception"));
        }
    }

    private async Task EndAsync(HttpContext http, SignedInUser user)
    {
        if (!(await FormReader.ReadAsync(http.Request, http.RequestAborted)).Succeeded(out var form, out var error))
        {
            await ShowErrorAsync(http, error);
            return;
        }
        if (!forms.IsValid(http, form, user.Subject))
        {
            Forged(log);
            await ShowAsync(http, user, new() { Notice = AppsNotice.Expired });
            return;
        }
        if (form.Optional(ClientId) is { } clientId)
        {
            var client = await clients.FindAsync(clientId, http.RequestAborted);
            await RevokeAsync(http, user.Subject, clientId);
            await ShowAsync(http, user, new() { Notice = AppsNotice.Revoked, RevokedName = client?.NameIn([pages.LanguageOf(http.Request).Language]) ?? clientId });
            return;
        }
        if (form.Optional(SessionId) is { } sessionId)
        {
            // Only one of the user's own, whatever the form says.
            if ((await sessions.ListAsync(user.Subject, http.RequestAborted)).Any(session => session.Id == sessionId)) await sessions.EndAsync(sessionId, http.RequestAborted);
            await ShowAsync(http, user, new() { Notice = AppsNotice.SignedOut });
            return;
        }
        if (form.Optional(Everywhere) is not null)
        {
            await sessions.EndAllAsync(user.Subject, ct: http.RequestAborted);
            // This browser's session, too: the page asks for a sign-in.
            HtmlPage.SeeOther(http, FrontChannelRequest.LocalPath(http.Request));
            return;
        }
        await ShowErrorAsync(http, OAuthError.InvalidRequest("the form does not say what to end"));
    }

    /// <summary>Consent first: a client that asks at this moment must not get new tokens without a question.</summary>
    private async Task RevokeAsync(HttpContext http, string subject, string clientId)
    {
        var ct = http.RequestAborted;
        var allowed = await consents.FindAsync(subject, clientId, ct) is not null;
        await consents.DeleteAsync(subject, clientId, ct);
        var ended = await revoker.RevokeClientAsync(subject, clientId, ct);
        Revoked(log, subject, new Untrusted(clientId), ended);
        // A form may name any client; one that this user had allowed nothing is no news, and may not exist.
        if (allowed || ended > 0) audit.Record(AuditType.ConsentWithdrawn, AuditOutcome.Success, clientId, subject, http.Connection.RemoteIpAddress);
    }

    private async Task ShowAsync(HttpContext http, SignedInUser user, AppsModel model)
    {
        var ct = http.RequestAborted;
        var after = AfterOf(http.Request);
        var part = await ReadAsync(user.Subject, after, ct);
        // What the address continues may have been taken back since, and an empty rest is no empty list.
        if (part.Ids.Count == 0 && after.Length > 0) part = await ReadAsync(user.Subject, after = "", ct);
        var known = new Dictionary<string, Client>(StringComparer.Ordinal);
        foreach (var id in part.Ids)
            if (await clients.FindAsync(id, ct) is { } client) known[id] = client;
        model = model with
        {
            SignedInAs = user.Name,
            Apps = ConnectedApps.Of(part, known, pages.LanguageOf(http.Request).Language, issuers.For(http.Request)),
            Browsers =
            [
                .. from signedIn in await sessions.ListAsync(user.Subject, ct)
                   orderby signedIn.Id == user.SignIn.SessionId descending
                   select new SignedInBrowser(signedIn.Id, signedIn.Device, signedIn.SignedInAt, signedIn.Id == user.SignIn.SessionId),
            ],
            MoreUrl = part.HasMore ? AddressAfter(http.Request, part.Ids[^1]) : null,
            FormAction = AddressAfter(http.Request, after),
            HiddenFields = [forms.For(http, user.Subject)],
        };
        await (await pages.AppsAsync(model, http.Request)).WriteAsync(http);
    }

    private async ValueTask<AppsPart> ReadAsync(string subject, string after, CancellationToken ct) => AppsPart.Of(
        await store.ListClientsAsync(subject, after, AppsAtOnce + 1, clock.GetUtcNow(), ct), await consents.ListAsync(subject, after, AppsAtOnce + 1, ct), AppsAtOnce);

    /// <summary>From the client id that the address names, from the first one if it names none that there could be.</summary>
    private static string AfterOf(HttpRequest request) => request.Query[After].ToString() is var after && after.All(c => c is > ' ' and <= '~') ? after : "";

    private static string AddressAfter(HttpRequest request, string after) => FrontChannelRequest.LocalPath(request) + (after.Length == 0 ? "" : $"?{After}={Uri.EscapeDataString(after)}");

    private async Task ShowErrorAsync(HttpContext http, OAuthError error) => await (await pages.ErrorAsync(error, http.Request)).WriteAsync(http);

    [LoggerMessage(1651, LogLevel.Information, "User '{Subject}' took back what they had allowed client '{ClientId}': {Ended} grants ended.")]
    private static partial void Revoked(ILogger log, string subject, Untrusted clientId, int ended);

    [LoggerMessage(1652, LogLevel.Warning, "The page of connected apps was answered without its anti-forgery token, or from another browser; nothing was ended. If this is not an attack, see whether the app's cookies reach the browser.")]
    private static partial void Forged(ILogger log);

    [LoggerMessage(1653, LogLevel.Error, "The page of connected apps failed and an error page was shown. If the exception speaks of the database, see whether it is reachable.")]
    private static partial void Failed(ILogger log, Exception e);
}
