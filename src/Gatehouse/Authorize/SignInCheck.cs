// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.3: the provider authenticates the user; §3.1.2.6: errors)
using Gatehouse.Protocol;
using Gatehouse.Users;

namespace Gatehouse.Authorize;

/// <summary>Whether a sign-in is what the client asked for.</summary>
internal static class SignInCheck
{
    /// <summary>What a sign-in lacks.</summary>
    /// <param name="Error">What to tell the client if asking the user changes nothing, or is no use.</param>
    /// <param name="MayBeMet">Whether the user can do something about it by signing in once more.</param>
    public sealed record Lack(OAuthError Error, bool MayBeMet = true);

    /// <summary>Null if nothing is missing.</summary>
    /// <param name="request">What the client wants.</param>
    /// <param name="user">Who is signed in.</param>
    /// <param name="mark">Set if the user comes back from a sign-in that we asked for because of this request.</param>
    /// <param name="options">What the app's sign-in can do.</param>
    /// <param name="now">The time.</param>
    public static Lack? Missing(AuthorizeRequest request, SignedInUser user, LoginMark? mark, AuthorizeOptions options, DateTimeOffset now)
    {
        var (wish, isNew) = (request.Authentication, mark?.IsMetBy(user) == true);
        if (request.OnlyFor?.Contains(user.Subject) == false) return new(new("login_required", "the user that the client means is not signed in"));
        if (!isNew && (wish.Prompt.Login || wish.Prompt.Create)) return new(new("login_required", "the user did not sign in again"));
        if (!isNew && wish.Prompt.SelectAccount) return new(new("account_selection_required", "the user did not select an account"));
        if (!isNew && IsOlderThan(user, wish.MaxAge, now)) return new(new("login_required", "the user signed in longer ago than max_age allows"));
        if (wish.EssentialAcr is not { Count: > 0 } essential || Has(user, essential)) return null;
        var reachable = essential.Any(options.AcrValues.Contains);
        // A client that asked silently learns that it is worth asking aloud.
        return wish.Prompt.IsSilent && reachable
            ? new(new("interaction_required", "the user must sign in more strongly"))
            : new(new("unmet_authentication_requirements", "the user did not sign in as strongly as acr asks for"), reachable);
    }

    /// <summary>Whether signing in once more may give the client what it wishes but does not insist on. Asked once, and then it is content with what there is.</summary>
    public static bool MayReachMore(AuthorizeRequest request, SignedInUser user, AuthorizeOptions options) =>
        request.Authentication.AcrValues is { Count: > 0 } wished && !Has(user, wished) && wished.Any(options.AcrValues.Contains);

    /// <summary>Whether the sign-in, once made, must be recognised as one that this request asked for.</summary>
    public static bool NeedsMark(AuthorizeRequest request, AuthorizeOptions options) =>
        request.OnlyFor is not null || request.Authentication is { Prompt: { Login: true } or { Create: true } or { SelectAccount: true } } or { MaxAge: not null }
        || request.Authentication.AcrValues.Any(options.AcrValues.Contains);

    private static bool Has(SignedInUser user, IReadOnlyList<string> values) => user.SignIn.Acr is { } acr && values.Contains(acr);

    /// <summary><c>max_age=0</c> is the same as <c>prompt=login</c>: even a sign-in of this very second was before the request.</summary>
    private static bool IsOlderThan(SignedInUser user, long? maxAge, DateTimeOffset now) =>
        maxAge is { } limit && (user.SignIn.At is not { } at || limit == 0 || now.ToUnixTimeSeconds() - at > limit);
}
