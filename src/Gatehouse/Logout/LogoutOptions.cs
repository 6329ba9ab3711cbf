namespace Gatehouse.Logout;

/// <summary>What happens when users sign out (<c>Gatehouse:Logout</c>).</summary>
public sealed class LogoutOptions
{
    /// <summary>
    /// How long the signed-out page waits for its clients' frames (Front-Channel Logout) before it goes on to the client that asked. Default 3 seconds, at most 30. Without such frames it goes on at once.
    /// </summary>
    public TimeSpan FrontChannelTime { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a client that does not take its logout token is tried again (Back-Channel Logout). Default 24 hours, at most 30 days: a listener that is down overnight still hears of it.
    /// </summary>
    public TimeSpan BackChannelGiveUpAfter { get; set; } = TimeSpan.FromHours(24);
}
