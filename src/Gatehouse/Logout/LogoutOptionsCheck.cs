namespace Gatehouse.Logout;

/// <summary>What the start-up validation says of these options.</summary>
internal static class LogoutOptionsCheck
{
    public static void Check(LogoutOptions options, Action<string, TimeSpan, TimeSpan, TimeSpan> between)
    {
        between("Logout:FrontChannelTime", options.FrontChannelTime, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        between("Logout:BackChannelGiveUpAfter", options.BackChannelGiveUpAfter, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
    }
}
