// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1: what happens between request and response)
using Gatehouse.Protocol;
using Gatehouse.Users;

namespace Gatehouse.Authorize;

/// <summary>What an authorization request needs next. Pure: everything that it depends on is a parameter.</summary>
internal abstract record AuthorizeStep
{
    /// <summary>Send the user to the app's sign-in, and from there back.</summary>
    /// <param name="Request">What is asked for; null if the request is broken, which the client is told once somebody is there.</param>
    /// <param name="Marked">So that we can tell afterwards whether they did sign in.</param>
    public sealed record LogIn(AuthorizeRequest? Request, bool Marked) : AuthorizeStep;

    public sealed record AskConsent(AuthorizeRequest Request, SignedInUser User) : AuthorizeStep;

    public sealed record Issue(AuthorizeRequest Request, SignedInUser User) : AuthorizeStep;

    public sealed record Refuse(OAuthError Error) : AuthorizeStep;

    /// <param name="target">Where the answer goes.</param>
    /// <param name="parsed">The request, or what is wrong with it.</param>
    /// <param name="user">Who is signed in at the app, or null.</param>
    /// <param name="mark">Set if this request comes back from a sign-in that we asked for because of it.</param>
    /// <param name="remembered">What this user allowed this client before, or null.</param>
    /// <param name="options">What the app's sign-in can do.</param>
    /// <param name="now">The time.</param>
    public static AuthorizeStep Next(
        RedirectTarget target, Result<AuthorizeRequest> parsed, SignedInUser? user, LoginMark? mark, StoredConsent? remembered, AuthorizeOptions options, DateTimeOffset now)
    {
        // SR-010: a link with a broken request must not be a way to use our name to send a stranger elsewhere.
        var valid = parsed.Succeeded(out var request, out var error);
        if (user is null && !target.IsSilent) return new LogIn(request, Marked: valid && SignInCheck.NeedsMark(request!, options));
        if (!valid) return new Refuse(error!);
        if (user is null) return new Refuse(new("login_required", "nobody is signed in"));

        if (SignInCheck.Missing(request!, user, mark, options, now) is { } lack)
            // Asking a second time could go round for ever at an app whose login page sends signed-in users straight back.
            return mark is null && !target.IsSilent && lack.MayBeMet ? new LogIn(request, Marked: true) : new Refuse(lack.Error);
        if (mark is null && !target.IsSilent && SignInCheck.MayReachMore(request!, user, options)) return new LogIn(request, Marked: true);

        if (!Consent.IsNeeded(request!, remembered)) return new Issue(request!, user);
        return target.IsSilent ? new Refuse(new("consent_required", "the user must be asked first")) : new AskConsent(request!, user);
    }
}
