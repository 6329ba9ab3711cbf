namespace Gatehouse.Pages;

/// <summary>What the login page is told.</summary>
/// <remarks>
/// A page of your own posts a form to <see cref="FormAction"/> with every one of <see cref="HiddenFields"/>, and the fields <c>username</c> and <c>password</c>. Names may come from a client: show
/// them as text.
/// </remarks>
public sealed record LoginModel : PageModel
{
    /// <summary>For which client the user signs in; null if for the app itself.</summary>
    public string? ClientName { get; init; }

    /// <summary>What to put into the first field: the client's <c>login_hint</c>, or what was typed before.</summary>
    public string? UserName { get; init; }

    /// <summary>Who is signed in already and must prove it again, or may become somebody else; null if nobody is.</summary>
    public string? SignedInAs { get; init; }

    /// <summary>Why the page is shown again.</summary>
    public LoginProblem Problem { get; init; }

    /// <summary>How long to wait, with <see cref="LoginProblem.Wait"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The app's page for users who forgot their password, or null.</summary>
    public string? ForgotPasswordUrl { get; init; }

    /// <summary>The app's page that makes accounts, or null.</summary>
    public string? CreateAccountUrl { get; init; }

    /// <summary>Where the form posts to.</summary>
    public string FormAction { get; init; } = "";

    /// <summary>What the form must carry.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HiddenFields { get; init; } = [];
}

/// <summary>Why a sign-in did not happen. It never tells whether there is such a user.</summary>
public enum LoginProblem
{
    /// <summary>Nothing was tried yet.</summary>
    None,

    /// <summary>No such user, the wrong password, or a user who may not sign in.</summary>
    Failed,

    /// <summary>Too many failures before; nothing was checked.</summary>
    Wait,

    /// <summary>The form is not this browser's any more; nothing was checked.</summary>
    Expired,
}
