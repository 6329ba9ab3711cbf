using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Gatehouse.Cluster.Processes;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Cluster.Network;

/// <summary>A network of its own, with nothing in it but its loopback. For root only. The machine's own network is never changed.</summary>
internal sealed partial class NetworkNamespace
{
    private const int NewNetwork = 0x40000000;
    private static int made;

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    public static NetworkNamespace Create(Leftovers leftovers, string what)
    {
        if (!Environment.IsPrivilegedProcess) throw new InvalidOperationException("Network namespaces need root. Run this as root, or without Namespaces.");
        var name = string.Create(CultureInfo.InvariantCulture, $"gh{Environment.ProcessId}-{Interlocked.Increment(ref made)}-{what}");
        leftovers.AddNamespace(name);
        Ip("netns", "add", name);
        var created = new NetworkNamespace(name);
        created.Configure("link", "set", "lo", "up");
        return created;
    }

    /// <summary><c>ip</c> in this namespace.</summary>
    public void Configure(params string[] arguments) => Ip(["-n", Name, .. arguments]);

    /// <summary>Runs something on a thread that lives in this namespace. A socket or a device that it opens stays here, whoever uses it.</summary>
    public T Run<T>(Func<T> work)
    {
        T? result = default;
        Exception? failure = null;
        // A thread of its own, not the pool's: it never comes back from there.
        var thread = new Thread(() =>
        {
            try
            {
                using var file = File.OpenHandle($"/run/netns/{Name}");
                if (SetNamespace(file, NewNetwork) != 0) throw new InvalidOperationException($"setns {Name}: {Marshal.GetLastPInvokeErrorMessage()}");
                result = work();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException(failure.Message, failure);
    }

    private static void Ip(params string[] arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        if (ip.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle file, int kind);
}
