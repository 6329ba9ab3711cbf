// OpenID Connect Front-Channel Logout 1.0 - OpenID Connect Front-Channel Logout 1.0 (§3: sid)
namespace Gatehouse.Sessions;

/// <summary>A user's sign-in at the app with one browser, from the first page to the sign-out.</summary>
/// <param name="Id">
/// The <c>sid</c>: at least 128 random bits, never used for anybody else. It is a name and no key: clients know it, and nobody gets in with it. It stays while the same user signs in again with the same
/// browser, so that what clients were told still means this session.
/// </param>
/// <param name="Subject">Whose it is.</param>
/// <param name="Stamp">Changes with every sign-in: a cookie from before the last one is refused (SR-211).</param>
/// <param name="SignedInAt">When the user last proved who they are: the <c>auth_time</c>.</param>
/// <param name="LastSeenAt">When the browser was last here, to the minute or so.</param>
/// <param name="ExpiresAt">From when it is over if the browser is not seen before.</param>
public sealed record Session(string Id, string Subject, string Stamp, DateTimeOffset SignedInAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt)
{
    /// <summary>By which means the user proved who they are (RFC 8176); empty if the app does not say.</summary>
    public IReadOnlyList<string> Amr { get; init; } = [];

    /// <summary>How strongly, in the app's words; null if it does not say.</summary>
    public string? Acr { get; init; }

    /// <summary>The browser and the system in a few words of ours, for the user's list of sessions; null if we cannot tell. What the browser itself said is not kept.</summary>
    public string? Device { get; init; }

    /// <summary>The clients that the user went to from this session: whoever must hear of its end.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>The id and whose it is: the stamp is not for logs.</summary>
    public override string ToString() => $"session {Id} of '{Subject}'";
}
