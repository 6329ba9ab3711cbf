// OpenID Connect Core 1.0 - OpenID Connect Core 1.0 incorporating errata set 2 (§3.1.2.1: what a login page may know)
namespace Gatehouse.Authorize;

/// <summary>
/// What a client said about the user who is to sign in, for the app's own login page. All of it but <see cref="ClientId"/> is a stranger's wish: show it as text, and trust none of it.
/// </summary>
public sealed record LoginRequest
{
    internal const string ReturnUrlParameter = "ReturnUrl";

    /// <summary>Which client asks.</summary>
    public required string ClientId { get; init; }

    /// <summary>What the client calls itself, in the first of <see cref="UiLocales"/> that it has a name in; its id if it has none.</summary>
    public required string ClientName { get; init; }

    /// <summary>Who the client thinks its user is: usually a name or an address to put into the form. At most 255 characters, without control characters.</summary>
    public string? LoginHint { get; init; }

    /// <summary>In which languages the user wants to read, as language tags (BCP 47), the preferred first. Empty if the client does not say.</summary>
    public IReadOnlyList<string> UiLocales { get; init; } = [];

    /// <summary>How strongly the user should sign in, the preferred value first. What was reached is said by the claim <c>acr</c> of the principal that the app signs in.</summary>
    public IReadOnlyList<string> AcrValues { get; init; } = [];

    /// <summary><c>page</c> (default), <c>popup</c>, <c>touch</c> or <c>wap</c>.</summary>
    public string Display { get; init; } = "page";

    /// <summary>The origin that the answer may be redirected to as soon as the user has signed in. A page's content policy must know: Chromium holds <c>form-action</c> against redirects, too.</summary>
    internal string? FormTarget { get; init; }

    /// <summary>Whether the form must be shown to a user who is signed in already (<c>prompt=login</c>, <c>max_age</c>, <c>select_account</c>). One who is sent straight back is refused.</summary>
    public bool MustSignInAgain { get; init; }

    /// <summary>Whether the user should choose between accounts (<c>prompt=select_account</c>).</summary>
    public bool SelectAccount { get; init; }

    /// <summary>Whether the user wants to make an account (<c>prompt=create</c>).</summary>
    public bool CreateAccount { get; init; }
}
