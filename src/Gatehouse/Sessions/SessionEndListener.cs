namespace Gatehouse.Sessions;

/// <summary>What else must happen in this process when tokens have ended by their session or their subject. Whoever keeps tokens registers its own.</summary>
internal sealed record SessionEndListener(Func<ValueTask> Ended);
