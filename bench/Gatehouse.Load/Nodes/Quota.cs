using System.Globalization;

namespace Gatehouse.Load.Nodes;

/// <summary>A control group of Linux that holds one process to a share of a processor. Made below the root, so only by root.</summary>
internal sealed class Quota : IDisposable
{
    /// <summary>In microseconds. Short, so that nobody waits long for their turn.</summary>
    private const int Period = 10_000;

    private const string Root = "/sys/fs/cgroup";

    private readonly string folder;
    private readonly bool unified;

    private Quota(string folder, bool unified) => (this.folder, this.unified) = (folder, unified);

    /// <summary>Null if this machine does not let us.</summary>
    public static Quota? TryStart(string name, int processId)
    {
        var unified = File.Exists(Path.Combine(Root, "cgroup.controllers"));
        var quota = new Quota(Path.Combine(Root, unified ? "" : "cpu", name), unified);
        try
        {
            Directory.CreateDirectory(quota.folder);
            quota.Set(1);
            quota.Set(null);
            File.WriteAllText(Path.Combine(quota.folder, "cgroup.procs"), processId.ToString(CultureInfo.InvariantCulture));
            return quota;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            quota.Dispose();
            return null;
        }
    }

    /// <param name="share">Of one processor; null takes the limit away.</param>
    public void Set(double? share)
    {
        var quota = share is null ? null : ((int)(Period * share)).ToString(CultureInfo.InvariantCulture);
        if (unified)
        {
            File.WriteAllText(Path.Combine(folder, "cpu.max"), $"{quota ?? "max"} {Period}");
            return;
        }
        File.WriteAllText(Path.Combine(folder, "cpu.cfs_period_us"), $"{Period}");
        File.WriteAllText(Path.Combine(folder, "cpu.cfs_quota_us"), quota ?? "-1");
    }

    /// <summary>Once its process has ended.</summary>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Its process is still there: an empty group that stays is no harm.
        }
    }
}
