using System.Globalization;

namespace Gatehouse.Faults.Rig;

/// <summary>libfaketime: a process that has loaded it believes in another time of day. Time still passes for it as it does.</summary>
internal static class FakeTime
{
    private static readonly string[] places = ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib64/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime"];

    public static string Library { get; } = places.Select(static folder => Path.Combine(folder, "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("libfaketime is missing. On Debian and Ubuntu: apt-get install libfaketime");

    public static Dictionary<string, string> Shift(TimeSpan by) => new()
    {
        ["FAKETIME"] = by.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture) + "s",
        // Timers and time-outs go by the other clock, which nobody sets.
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["DONT_FAKE_MONOTONIC"] = "1",
    };
}
