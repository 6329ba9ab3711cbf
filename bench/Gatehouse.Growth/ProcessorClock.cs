using System.Runtime.InteropServices;

namespace Gatehouse.Growth;

/// <summary>The processor time of processes, to the nanosecond. What others do on the same machine makes an operation wait, and hardly makes it work.</summary>
internal static partial class ProcessorClock
{
    private const int OwnProcess = 2;

    public static TimeSpan Own => Read(OwnProcess);

    /// <summary>Of processes that the kernel knows by these numbers; as clock_getcpuclockid(3) makes a clock of a number.</summary>
    public static TimeSpan Of(IReadOnlyList<int> processes) => processes.Aggregate(TimeSpan.Zero, static (sum, process) => sum + Read((~process << 3) | OwnProcess));

    private static TimeSpan Read(int clock)
    {
        if (GetTime(clock, out var time) != 0) throw new InvalidOperationException("The kernel knows no such process.");
        return new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / 100));
    }

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Time time);
}
