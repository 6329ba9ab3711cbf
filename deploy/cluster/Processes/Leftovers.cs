using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Cluster.Processes;

/// <summary>What has to go when we go: processes, network namespaces, folders.</summary>
/// <remarks>
/// A shell that outlives us reads them from a pipe and removes them at its end, which the kernel also sends when we are killed: no run leaves
/// anything behind, whatever became of it.
/// </remarks>
internal sealed class Leftovers : IDisposable
{
    private const string Script = """
        trap '' INT TERM HUP PIPE
        pids='' namespaces='' mounts='' folder=''
        while read -r what name; do
            case $what in
                process) pids="$pids $name" ;;
                ended) rest=''; for pid in $pids; do [ "$pid" = "$name" ] || rest="$rest $pid"; done; pids=$rest ;;
                namespace) namespaces="$namespaces $name" ;;
                mount) mounts="$mounts $name" ;;
                folder) folder=$name ;;
            esac
        done
        for pid in $pids; do kill -s KILL "$pid"; done
        for name in $namespaces; do ip netns del "$name"; done
        for name in $mounts; do umount -l "$name"; done
        # A process that was just killed may still write.
        for attempt in 1 2 3 4 5; do [ -z "$folder" ] || rm -rf "$folder" && break; sleep 0.2; done
        """;

    private readonly Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = "/",
    })!;
    private readonly Lock gate = new();

    public Leftovers()
    {
        Folder = Directory.CreateTempSubdirectory("gatehouse-cluster-").FullName;
        Note("folder", Folder);
    }

    /// <summary>A folder for all that the cluster writes, its databases excepted.</summary>
    public string Folder { get; }

    public void Add(Process process) => Note("process", process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>So that nobody is killed who got its number afterwards.</summary>
    public void Ended(int processId) => Note("ended", processId.ToString(CultureInfo.InvariantCulture));

    public void AddNamespace(string name) => Note("namespace", name);

    /// <summary>A file system that is mounted, or is about to be.</summary>
    public void AddMount(string folder) => Note("mount", folder);

    public void Dispose()
    {
        shell.StandardInput.Close();
        shell.WaitForExit(TimeSpan.FromSeconds(15));
        shell.Dispose();
    }

    private void Note(string what, string name)
    {
        lock (gate)
        {
            shell.StandardInput.Write($"{what} {name}\n");
            shell.StandardInput.Flush();
        }
    }
}
