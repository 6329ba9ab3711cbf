// RFC 6749 - The OAuth 2.0 Authorization Framework (§4.1: what happens between request and response)
using Gatehouse.Protocol;
using Gatehouse.Users;

namespace Gatehouse.Authorize;

/// <summary>What an authorization request needs next. Pure: everything that it depends on is a parameter.</summary>
internal abstract record AuthorizeStep
{
    /// <summary>Send the user to the app's sign-in, and from there back.</summary>
    /// <param name="Marked">So that we can tell afterwards whether they did sign in.</param>
    public sealed record LogIn(bool Marked) : AuthorizeStep;

    public sealed record AskConsent(AuthorizeRequest Request, SignedInUser User) : AuthorizeStep;

    public sealed record Issue(AuthorizeRequest Request, SignedInUser User) : AuthorizeStep;

    public sealed record Refuse(OAuthError Error) : AuthorizeStep;

    /// <param name="target">Where the answer goes.</param>
    /// <param name="parsed">The request, or what is wrong with it.</param>
    /// <param name="user">Who is signed in at the app, or null.</param>
    /// <param name="mark">Set if this request comes back from a sign-in that we asked for again.</param>
    /// <param name="remembered">What this user allowed this client before, or null.</param>
    public static AuthorizeStep Next(RedirectTarget target, Result<AuthorizeRequest> parsed, SignedInUser? user, LoginMark? mark, StoredConsent? remembered)
    {
        // SR-010: a link with a broken request must not be a way to use our name to send a stranger elsewhere.
        var valid = parsed.Succeeded(out var request, out var error);
        if (user is null && !target.IsSilent) return new LogIn(Marked: valid && request!.Prompt.Login);
        if (!valid) return new Refuse(error!);
        if (user is null) return new Refuse(new("login_required", "nobody is signed in"));

        if (request!.Prompt.Login && (mark is null || !mark.IsMetBy(user)))
            // Asking a second time could go round for ever at an app whose login page sends signed-in users straight back.
            return mark is null ? new LogIn(Marked: true) : new Refuse(new("login_required", "the user did not sign in again"));

        if (!Consent.IsNeeded(request, remembered)) return new Issue(request, user);
        return request.Prompt.IsSilent ? new Refuse(new("consent_required", "the user must be asked first")) : new AskConsent(request, user);
    }
}
