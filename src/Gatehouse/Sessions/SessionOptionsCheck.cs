namespace Gatehouse.Sessions;

/// <summary>What the start-up validation says of these options.</summary>
internal static class SessionOptionsCheck
{
    public static void Check(SessionOptions options, Action<string, TimeSpan, TimeSpan, TimeSpan> between)
    {
        between("Sessions:AbsoluteLifetime", options.AbsoluteLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650));
        between("Sessions:IdleLifetime", options.IdleLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650));
        between("Sessions:CacheLifetime", options.CacheLifetime, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }
}
