namespace Gatehouse.Sessions;

/// <summary>What else must happen in this process when tokens have ended by their session or their subject. Whoever keeps tokens registers its own.</summary>
/// <param name="Ended">Is told whose they were; null if nobody knows.</param>
internal sealed record SessionEndListener(Func<string?, ValueTask> Ended);
