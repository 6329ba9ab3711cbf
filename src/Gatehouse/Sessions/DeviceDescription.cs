namespace Gatehouse.Sessions;

/// <summary>
/// "Firefox on Windows", for a user who looks for a session that is not theirs. Made of our own words only: a User-Agent header is whatever its sender likes, so nothing of it is kept or shown.
/// </summary>
internal static class DeviceDescription
{
    private const int Read = 512;

    // In this order: nearly every browser also says that it is the ones further down.
    private static readonly (string Mark, string Name)[] browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi/", "Vivaldi"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <summary>Null if it says nothing that we know.</summary>
    public static string? Of(string? userAgent)
    {
        if (userAgent is null) return null;
        if (userAgent.Length > Read) userAgent = userAgent[..Read];
        var (browser, system) = (Find(browsers, userAgent), Find(systems, userAgent));
        return browser is null ? system : system is null ? browser : $"{browser} on {system}";
    }

    private static string? Find((string Mark, string Name)[] known, string userAgent)
    {
        foreach (var (mark, name) in known)
            if (userAgent.Contains(mark, StringComparison.Ordinal)) return name;
        return null;
    }
}
