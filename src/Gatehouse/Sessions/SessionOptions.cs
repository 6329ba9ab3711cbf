namespace Gatehouse.Sessions;

/// <summary>The server-side sessions of the app's own sign-in (<c>Gatehouse:Sessions</c>).</summary>
public sealed class SessionOptions
{
    /// <summary>
    /// Keep a session for each sign-in of the app's cookie scheme. Default true. False leaves the app's cookie alone: then ID tokens have no <c>sid</c>, and signing out ends no tokens and tells no client.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long a browser may stay away before its session is over. Default 14 days, which is also the default of ASP.NET Core's cookie; the cookie's own limit counts as well.</summary>
    public TimeSpan IdleLifetime { get; set; } = TimeSpan.FromDays(14);

    /// <summary>From the sign-in until the user must sign in again, however active they are. Default 30 days.</summary>
    public TimeSpan AbsoluteLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long this process trusts what it last read of a session, for the app's own pages. Default 5 seconds, at most 60: so long may a cookie still work on another node after its session was ended.
    /// Zero asks the store with every request. The authorization endpoint always asks.
    /// </summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromSeconds(5);
}
