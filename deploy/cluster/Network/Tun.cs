using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Cluster.Network;

/// <summary>A network device whose packets are read and written as a file (Linux, <c>Documentation/networking/tuntap.rst</c>).</summary>
internal static partial class Tun
{
    private const int NameLength = 16, RequestLength = 40;
    private const nuint SetInterface = 0x400454ca;
    private const short IsTun = 0x0001, NoPacketInformation = 0x1000;

    /// <summary>Makes a device in the namespace of the thread that calls. It goes when the file is closed.</summary>
    public static SafeFileHandle Open(string name)
    {
        var file = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> request = stackalloc byte[RequestLength];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request[..(NameLength - 1)]);
        MemoryMarshal.Write(request[NameLength..], (short)(IsTun | NoPacketInformation));
        if (Control(file, SetInterface, request) == 0) return file;
        var problem = Marshal.GetLastPInvokeErrorMessage();
        file.Dispose();
        throw new InvalidOperationException($"/dev/net/tun: no device {name}: {problem}");
    }

    /// <summary>The next packet; waits for it.</summary>
    /// <exception cref="IOException">The device is gone.</exception>
    public static ReadOnlySpan<byte> Receive(SafeFileHandle file, Span<byte> buffer) => buffer[..Length(Read(file, buffer, (nuint)buffer.Length))];

    /// <exception cref="IOException">The device is gone.</exception>
    public static void Send(SafeFileHandle file, ReadOnlySpan<byte> packet) => Length(Write(file, packet, (nuint)packet.Length));

    private static int Length(nint result) => result >= 0 ? (int)result : throw new IOException(Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, Span<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, Span<byte> argument);
}
