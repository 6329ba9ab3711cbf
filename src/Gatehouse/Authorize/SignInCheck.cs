// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.3: the provider authenticates the user; §3.1.2.6: errors)
using Gatehouse.Protocol;
using Gatehouse.Users;

namespace Gatehouse.Authorize;

/// <summary>Whether a sign-in is what the client asked for.</summary>
internal static class SignInCheck
{
    /// <summary>What is missing, as the error that it will be if asking the user changes nothing; null if nothing is.</summary>
    /// <param name="request">What the client wants.</param>
    /// <param name="user">Who is signed in.</param>
    /// <param name="mark">Set if the user comes back from a sign-in that we asked for because of this request.</param>
    /// <param name="now">The time.</param>
    public static OAuthError? Missing(AuthorizeRequest request, SignedInUser user, LoginMark? mark, DateTimeOffset now)
    {
        var (wish, isNew) = (request.Authentication, mark?.IsMetBy(user) == true);
        if (!isNew && (wish.Prompt.Login || wish.Prompt.Create)) return new("login_required", "the user did not sign in again");
        if (!isNew && wish.Prompt.SelectAccount) return new("account_selection_required", "the user did not select an account");
        if (!isNew && IsOlderThan(user, wish.MaxAge, now)) return new("login_required", "the user signed in longer ago than max_age allows");
        return null;
    }

    /// <summary>Whether signing in once more may give the client what it wishes but does not insist on. Asked once, and then it is content with what there is.</summary>
    public static bool MayReachMore(AuthorizeRequest request, SignedInUser user, AuthorizeOptions options) =>
        request.Authentication.AcrValues is { Count: > 0 } wished && !(user.SignIn.Acr is { } acr && wished.Contains(acr)) && wished.Any(options.AcrValues.Contains);

    /// <summary>Whether the sign-in, once made, must be recognised as new.</summary>
    public static bool NeedsMark(AuthorizeRequest request, AuthorizeOptions options) =>
        request.Authentication is { Prompt: { Login: true } or { Create: true } or { SelectAccount: true } } or { MaxAge: not null } || request.Authentication.AcrValues.Any(options.AcrValues.Contains);

    /// <summary><c>max_age=0</c> is the same as <c>prompt=login</c>: even a sign-in of this very second was before the request.</summary>
    private static bool IsOlderThan(SignedInUser user, long? maxAge, DateTimeOffset now) =>
        maxAge is { } limit && (user.SignIn.At is not { } at || limit == 0 || now.ToUnixTimeSeconds() - at > limit);
}
