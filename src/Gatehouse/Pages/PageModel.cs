using Gatehouse.Pages.Texts;

namespace Gatehouse.Pages;

/// <summary>What every page is told.</summary>
public abstract record PageModel
{
    /// <summary>What the pages call the app (<see cref="PageOptions.ApplicationName"/>).</summary>
    public string ApplicationName { get; init; } = "";

    /// <summary>The app's own stylesheet (<see cref="PageOptions.Stylesheet"/>), as a path from the root of the host, or null.</summary>
    public string? Stylesheet { get; init; }

    /// <summary>The app's logo (<see cref="PageOptions.Logo"/>), as a path from the root of the host, or null.</summary>
    public string? Logo { get; init; }

    /// <summary>What the pages say, in the user's language.</summary>
    public PageTexts Texts { get; init; } = PageTexts.English;

    /// <summary>Our own style sheet in the app's colours.</summary>
    public string Style { get; init; } = "";

    /// <summary>The nonce that a <c>&lt;style&gt;</c> element of the page must carry; the content security policy allows no other, and no script at all.</summary>
    public string StyleNonce { get; init; } = "";
}

/// <summary>What the consent page is told.</summary>
/// <remarks>
/// A page of your own posts a form to <see cref="FormAction"/> with every one of <see cref="HiddenFields"/> and a field <c>decision</c> that is <c>allow</c> or <c>deny</c>.
/// Everything here but <see cref="FormAction"/> may come from a client: show it as text.
/// </remarks>
public sealed record ConsentModel : PageModel
{
    /// <summary>The <c>client_id</c>.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>What the client calls itself; its id if it has no name.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>Where the answer goes: a host, with its port if it is an unusual one; for a private-use redirect URI its scheme.</summary>
    public string RedirectHost { get; init; } = "";

    /// <summary>Whether that is a program on the user's device. Any program can be there, so the page should say so (RFC 8252 §8.6).</summary>
    public bool IsOnThisDevice { get; init; }

    /// <summary>Whether the client registered itself, so that nobody checked who is behind it.</summary>
    public bool IsUnassured { get; init; }

    /// <summary>Pages of the client that it registered. They lead away: a link to one carries <c>rel="noreferrer"</c>. Its logo is never shown, because any client can claim any logo.</summary>
    public IReadOnlyList<ConsentLink> Links { get; init; } = [];

    /// <summary>Who is signed in, in the app's words.</summary>
    public string UserName { get; init; } = "";

    /// <summary>What the client asks for. May be empty.</summary>
    public IReadOnlyList<ConsentScope> Scopes { get; init; } = [];

    /// <summary>The resources elsewhere that the client names (RFC 8707). Empty if it wants to use this app, or does not say.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>How long the client can act without asking again.</summary>
    public TimeSpan Lifetime { get; init; }

    /// <summary>Where the form posts to.</summary>
    public string FormAction { get; init; } = "";

    /// <summary>What the form must carry: the sealed request and the anti-forgery token.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HiddenFields { get; init; } = [];
}

/// <summary>A scope on the consent page.</summary>
/// <param name="Name">The scope.</param>
/// <param name="Description">What it means in the user's words (<see cref="GatehouseOptions.Scopes"/>, <see cref="PageOptions.Scopes"/>, the standard scopes in ours), or null.</param>
public sealed record ConsentScope(string Name, string? Description);

/// <summary>A page of the client.</summary>
/// <param name="Kind">What the client says that it is.</param>
/// <param name="Uri">An https URL.</param>
/// <param name="Host">Its host, to be shown with the link.</param>
public sealed record ConsentLink(ConsentLinkKind Kind, string Uri, string Host);

/// <summary>What a page of a client is about.</summary>
public enum ConsentLinkKind
{
    /// <summary><c>client_uri</c>.</summary>
    Website,

    /// <summary><c>policy_uri</c>.</summary>
    Privacy,

    /// <summary><c>tos_uri</c>.</summary>
    Terms,
}

/// <summary>What the error page is told: something that must not be sent to a client, because nobody proved that it is the client's.</summary>
public sealed record ErrorModel : PageModel
{
    /// <summary>The <c>error</c>, in the specification's words.</summary>
    public string Code { get; init; } = "";

    /// <summary>What is wrong, for whoever develops the client.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether trying again may help.</summary>
    public bool IsTemporary { get; init; }
}
