using System.Diagnostics;
using System.Globalization;
using Gatehouse.Cluster.Processes;

namespace Gatehouse.Faults.Rig;

/// <summary>A file system of a few megabytes, in memory, to be filled up. For root only.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string filler;

    private SmallDisk(string folder) => (Folder, filler) = (folder, Path.Combine(folder, "filler"));

    public string Folder { get; }

    public static SmallDisk Mount(Leftovers leftovers, int megabytes)
    {
        var folder = Directory.CreateDirectory(Path.Combine(leftovers.Folder, "disk")).FullName;
        leftovers.AddMount(folder);
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "gatehouse-faults", folder);
        return new(folder);
    }

    /// <summary>Takes what is free, to the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(filler, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var block = new byte[64 * 1024]; block.Length > 0;)
            try
            {
                file.Write(block);
            }
            catch (IOException)
            {
                block = new byte[block.Length / 2];
            }
    }

    public void Empty() => File.Delete(filler);

    public void Dispose() => Run("umount", "--lazy", Folder);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error} (this needs root)");
    }
}
