// OpenID Connect RP-Initiated Logout 1.0 - OpenID Connect RP-Initiated Logout 1.0 (§2, §3)
using System.Diagnostics;
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Protocol;
using Gatehouse.Sessions;
using Gatehouse.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Logout;

/// <summary>Signs the user out: of the app, of every client that asked to be told, and of whatever depends on the session.</summary>
internal sealed partial class LogoutEndpoint(
    IssuerSource issuers, LogoutRequestReader requests, ClientCache clients, UserSession session, GatehouseSessions sessions, LiveSessions live, Seal seal, AntiForgeryToken forms, PageRenderer pages,
    IOptions<GatehouseOptions> options, TimeProvider clock, ILogger<LogoutEndpoint> log)
{
    /// <summary>Where the question is answered.</summary>
    public const string PathBelow = "/confirm";

    private const string Decision = "decision";

    private readonly LogoutOptions options = options.Value.Logout;

    /// <summary>A client's request.</summary>
    public Task HandleAsync(HttpContext http) => GuardAsync(http, AnswerAsync);

    /// <summary>The user's answer.</summary>
    public Task ConfirmAsync(HttpContext http) => GuardAsync(http, DecideAsync);

    private async Task GuardAsync(HttpContext http, Func<HttpContext, Task<OAuthError?>> run)
    {
        try
        {
            if (await run(http) is not { } error) return;
            Refused(log, error.Reason ?? error.Description);
            await ShowErrorAsync(http, error);
        }
        catch (Exception e) when (EndpointGuard.CanBeShown(http, e))
        {
            Failed(log, e);
            await ShowErrorAsync(http, OAuthError.TemporarilyUnavailable("see the exception"));
        }
    }

    private async Task<OAuthError?> AnswerAsync(HttpContext http)
    {
        if (!(await FrontChannelRequest.ReadAsync(http, issuers)).Succeeded(out var request, out var error)) return error;
        var (parameters, returned) = (request.Parameters, request.Parameters.Optional(LogoutTicket.Field));
        if (returned is not null && !Open(http, returned).Succeeded(out parameters, out error)) return error;
        var user = await session.FindAsync(http);
        if (user is null && HttpMethods.IsPost(http.Request.Method))
        {
            // A form of another site comes without the app's SameSite cookie; a redirect from here brings it.
            HtmlPage.SeeOther(http, AskUrl(request.Path, parameters));
            return null;
        }
        if (!(await requests.ReadAsync(parameters, request.Issuer, http.RequestAborted)).Succeeded(out var asked, out error)) return error;
        await TakeAsync(http, LogoutSteps.Next(asked, user), asked, parameters, user, request.Path);
        return null;
    }

    private async Task<OAuthError?> DecideAsync(HttpContext http)
    {
        if (FrontChannelRequest.IsByScriptOfAnotherSite(http.Request)) return FrontChannelRequest.ForUsersOnly;
        if (!(await FormReader.ReadAsync(http.Request, http.RequestAborted)).Succeeded(out var form, out var error)) return error;
        if (!Open(http, form.Optional(LogoutTicket.Field)).Succeeded(out var parameters, out error)) return error;
        if (!(await requests.ReadAsync(parameters, issuers.For(http.Request), http.RequestAborted)).Succeeded(out var asked, out error)) return error;
        var user = await session.FindAsync(http);
        if (user is not null && !forms.IsValid(http, form, user.Subject))
        {
            // Somebody else's form, or somebody else sits here now: whoever it is, is asked.
            Forged(log);
            HtmlPage.SeeOther(http, AskUrl(FrontChannelRequest.LocalPath(http.Request)[..^PathBelow.Length], parameters));
            return null;
        }
        switch (form.Optional(Decision))
        {
            case "stay":
                await ShowEndAsync(http, asked, [], isStillSignedIn: user is not null);
                return null;
            case "sign_out":
                // Signed out in another tab meanwhile: that is what was asked for.
                await TakeAsync(http, user is null ? LogoutStep.GoOn : LogoutStep.SignOut, asked, parameters, user, path: "");
                return null;
            default:
                return OAuthError.InvalidRequest("the decision must be sign_out or stay");
        }
    }

    private async Task TakeAsync(HttpContext http, LogoutStep step, LogoutRequest asked, Parameters parameters, SignedInUser? user, string path)
    {
        switch (step)
        {
            case LogoutStep.GoOn:
                await GoOnAsync(http, asked, []);
                break;
            case LogoutStep.SayDone:
                await ShowEndAsync(http, asked, [], isStillSignedIn: false);
                break;
            case LogoutStep.Ask:
                Asked(log, user!.Subject, asked.Client?.Id);
                await AskAsync(http, asked, parameters, user, path);
                break;
            case LogoutStep.SignOut:
                await GoOnAsync(http, asked, await SignOutAsync(http, user!));
                SignedOut(log, user!.Subject, asked.Client?.Id);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Returns the frames in which clients are told by the browser; by the server they are told in the background.</summary>
    private async ValueTask<IReadOnlyList<string>> SignOutAsync(HttpContext http, SignedInUser user)
    {
        var ended = await session.SignOutAsync(http);
        var told = ended?.Clients ?? [];
        if (user.SignIn.SessionId is null && live.AreKept) told = await sessions.TellClientsOfAsync(user.Subject, http.RequestAborted);
        var known = new List<Client>();
        foreach (var id in told)
            if (await clients.FindAsync(id, http.RequestAborted) is { } client) known.Add(client);
        return FrontChannelFrames.Of(known, issuers.For(http.Request), ended?.Id);
    }

    private async Task GoOnAsync(HttpContext http, LogoutRequest asked, IReadOnlyList<string> frames)
    {
        if (asked.ReturnUri is not null && frames.Count == 0) HtmlPage.SeeOther(http, LogoutRequest.ReturnUrl(asked.ReturnUri, asked.State)!);
        else await ShowEndAsync(http, asked, frames, isStillSignedIn: false, goesOn: true);
    }

    private async Task AskAsync(HttpContext http, LogoutRequest asked, Parameters parameters, SignedInUser user, string path)
    {
        var model = new LogoutModel
        {
            ClientName = NameOf(http, asked),
            UserName = user.Name,
            FormAction = path + PathBelow,
            HiddenFields = [forms.For(http, user.Subject), new(LogoutTicket.Field, Close(parameters))],
        };
        var page = await pages.LogoutAsync(model, http.Request);
        // The answer leads there, and Chromium holds form-action against redirects, too.
        await (asked.ReturnUri is { } uri ? page with { FormTarget = RedirectOrigin.Of(uri) } : page).WriteAsync(http);
    }

    private async Task ShowEndAsync(HttpContext http, LogoutRequest asked, IReadOnlyList<string> frames, bool isStillSignedIn, bool goesOn = false)
    {
        var url = LogoutRequest.ReturnUrl(asked.ReturnUri, asked.State);
        var model = new SignedOutModel
        {
            IsStillSignedIn = isStillSignedIn,
            ClientName = NameOf(http, asked),
            ReturnUrl = url,
            GoesOn = goesOn && url is not null,
            Frames = frames,
        };
        var page = await pages.SignedOutAsync(model, [.. frames.Select(RedirectOrigin.Of)], http.Request);
        await (model.GoesOn ? page with { GoesOn = (url!, options.FrontChannelTime) } : page).WriteAsync(http);
    }

    private string? NameOf(HttpContext http, LogoutRequest asked) => asked.Client is { } client ? client.NameIn([pages.LanguageOf(http.Request).Language]) ?? client.Id : null;

    private string AskUrl(string path, Parameters parameters) => $"{path}?{LogoutTicket.Field}={Close(parameters)}";

    private string Close(Parameters parameters) => seal.Close(LogoutTicket.For(parameters, clock.GetUtcNow()), LogoutJson.Default.LogoutTicket);

    private Result<Parameters> Open(HttpContext http, string? text)
    {
        if (seal.TryOpen(text, LogoutJson.Default.LogoutTicket) is not { } ticket || !ticket.IsFresh(clock.GetUtcNow()) || !ticket.Parameters().Succeeded(out var parameters, out _))
            return OAuthError.InvalidRequest("this page is not valid any more; go back to the app and sign out there", "The sealed request of a logout page is old, was altered, or the Data Protection keys changed. On several nodes they must share them.");
        UiLocales.Note(http, parameters);
        return parameters;
    }

    private async Task ShowErrorAsync(HttpContext http, OAuthError error) => await (await pages.ErrorAsync(error, http.Request)).WriteAsync(http);

    [LoggerMessage(1831, LogLevel.Information, "User '{Subject}' is asked whether to sign out, as client '{ClientId}' wants.")]
    private static partial void Asked(ILogger log, string subject, string? clientId);

    [LoggerMessage(1832, LogLevel.Information, "User '{Subject}' signed out, as client '{ClientId}' wanted.")]
    private static partial void SignedOut(ILogger log, string subject, string? clientId);

    [LoggerMessage(1833, LogLevel.Warning, "A logout request was answered with an error page: {Reason}")]
    private static partial void Refused(ILogger log, string reason);

    [LoggerMessage(1834, LogLevel.Warning, "The logout page was answered without its anti-forgery token, from another browser, or by another user; it is shown again. If this is not an attack, see whether the app's cookies reach the browser, and whether all nodes share one Data Protection key ring.")]
    private static partial void Forged(ILogger log);

    [LoggerMessage(1835, LogLevel.Error, "The logout endpoint failed and an error page was shown; the user may still be signed in. If the exception speaks of the database, see whether it is reachable.")]
    private static partial void Failed(ILogger log, Exception e);
}
