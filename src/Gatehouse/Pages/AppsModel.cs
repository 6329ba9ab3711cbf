namespace Gatehouse.Pages;

/// <summary>What the page of connected apps is told.</summary>
/// <remarks>
/// Every button is a form of its own that posts to <see cref="PageModel"/>'s own path (<see cref="FormAction"/>) with every one of <see cref="HiddenFields"/> and one field that says what to end:
/// <c>client_id</c>, <c>session_id</c>, or <c>everywhere</c> with any value.
/// </remarks>
public sealed record AppsModel : PageModel
{
    /// <summary>Who is signed in, in the app's words.</summary>
    public string SignedInAs { get; init; } = "";

    /// <summary>What the user has allowed, the latest use first; 50 at a time.</summary>
    public IReadOnlyList<ConnectedApp> Apps { get; init; } = [];

    /// <summary>Where there are more of them, or null if these are all. Show a link: an app that is not listed has access nevertheless.</summary>
    public string? MoreUrl { get; init; }

    /// <summary>Where the user is signed in, this browser first. Empty if the app keeps no sessions.</summary>
    public IReadOnlyList<SignedInBrowser> Browsers { get; init; } = [];

    /// <summary>What was just done, or why not.</summary>
    public AppsNotice Notice { get; init; }

    /// <summary>Which app has no access any more, with <see cref="AppsNotice.Revoked"/>.</summary>
    public string RevokedName { get; init; } = "";

    /// <summary>Where the forms post to.</summary>
    public string FormAction { get; init; } = "";

    /// <summary>What each form must carry.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HiddenFields { get; init; } = [];
}

/// <summary>A client that can act for the user.</summary>
/// <param name="ClientId">The <c>client_id</c>.</param>
/// <param name="Name">What it calls itself; its id if it has no name. Show it as text.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Since">When the user first allowed it, of all that still holds.</param>
/// <param name="LastUsed">When it last acted, to the minute or so; null if it never did, or that is not recorded yet.</param>
/// <param name="StartUrl">Where the app starts (<c>initiate_login_uri</c>, OpenID Connect Core §4), or null.</param>
public sealed record ConnectedApp(string ClientId, string Name, IReadOnlyList<ConsentScope> Scopes, DateTimeOffset Since, DateTimeOffset? LastUsed, string? StartUrl);

/// <summary>A browser in which the user is signed in.</summary>
/// <param name="SessionId">The <c>sid</c>.</param>
/// <param name="Device">The browser and the system in a few words, or null.</param>
/// <param name="SignedInAt">When.</param>
/// <param name="IsThisOne">Whether it shows the page.</param>
public sealed record SignedInBrowser(string SessionId, string? Device, DateTimeOffset SignedInAt, bool IsThisOne);

/// <summary>What the page says above its list.</summary>
public enum AppsNotice
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An app's access was taken away.</summary>
    Revoked,

    /// <summary>A sign-in was ended.</summary>
    SignedOut,

    /// <summary>The form is not this browser's any more; nothing was done.</summary>
    Expired,
}
