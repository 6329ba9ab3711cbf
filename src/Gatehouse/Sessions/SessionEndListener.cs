namespace Gatehouse.Sessions;

/// <summary>What else must happen in this process when tokens have ended by their session or their subject. Whoever keeps tokens in memory registers its own.</summary>
internal sealed record SessionEndListener(Action Ended);
