namespace Gatehouse.Pages;

/// <summary>What the page is told that asks whether to sign out.</summary>
/// <remarks>
/// A page of your own posts a form to <see cref="FormAction"/> with every one of <see cref="HiddenFields"/> and a field <c>decision</c> that is <c>sign_out</c> or <c>stay</c>. Names may come from a client: show
/// them as text.
/// </remarks>
public sealed record LogoutModel : PageModel
{
    /// <summary>Which client asks; null if the request does not say.</summary>
    public string? ClientName { get; init; }

    /// <summary>Who is signed in, in the app's words.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Where the form posts to.</summary>
    public string FormAction { get; init; } = "";

    /// <summary>What the form must carry.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HiddenFields { get; init; } = [];
}

/// <summary>What the page is told that says that the user is signed out, or chose to stay.</summary>
public sealed record SignedOutModel : PageModel
{
    /// <summary>Whether the user chose to stay signed in.</summary>
    public bool IsStillSignedIn { get; init; }

    /// <summary>The client that asked; null if it is not known, or there is nowhere to go.</summary>
    public string? ClientName { get; init; }

    /// <summary>Where to go from here, registered by the client; null if there is nowhere.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>Whether the browser goes to <see cref="ReturnUrl"/> by itself in a few seconds (an HTTP header tells it to). Show the link all the same.</summary>
    public bool GoesOn { get; init; }

    /// <summary>What the page must load in hidden frames, so that the clients forget the user (Front-Channel Logout). The content security policy allows these and no others.</summary>
    public IReadOnlyList<string> Frames { get; init; } = [];
}
