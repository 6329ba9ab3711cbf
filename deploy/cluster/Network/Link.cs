using System.Collections.Concurrent;
using System.Net;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Cluster.Network;

/// <summary>A wire between two namespaces that we carry the packets over ourselves, and can cut, slow down, or lose some.</summary>
/// <remarks>
/// Two TUN devices, whose packets come to us as files. <c>tc netem</c> does the same in the kernel, but not every kernel has it. TCP at both ends is the real one: it
/// waits, sends again and gives up as over any bad line.
/// </remarks>
internal sealed class Link : IDisposable
{
    private readonly Random dice = new(20261128);
    private readonly Lock gate = new();
    private readonly LinkEnd near, far;
    private long carried, lost;
    private volatile bool closed;

    private Link(LinkEnd near, LinkEnd far) => (this.near, this.far) = (near, far);

    /// <summary>Nothing gets through, in either direction; nobody is told.</summary>
    public bool IsCut { get; set; }

    /// <summary>One way: what comes back takes as long again.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The share of packets that are lost, each way, from 0 to 1.</summary>
    public double Loss { get; set; }

    /// <summary>Packets that got through, and packets that did not.</summary>
    public (long Carried, long Lost) Packets => (Interlocked.Read(ref carried), Interlocked.Read(ref lost));

    /// <summary>Lays the wire: a device at each end, which leads to the other end's address.</summary>
    public static Link Lay((NetworkNamespace Home, string Device, IPAddress Address) near, (NetworkNamespace Home, string Device, IPAddress Address) far)
    {
        var link = new Link(LinkEnd.Open(near.Home, near.Device, near.Address, far.Address), LinkEnd.Open(far.Home, far.Device, far.Address, near.Address));
        link.Carry(link.near.File, link.far.File);
        link.Carry(link.far.File, link.near.File);
        return link;
    }

    public void Dispose()
    {
        closed = true;
        near.Dispose();
        far.Dispose();
    }

    private void Carry(SafeFileHandle from, SafeFileHandle to)
    {
        var travelling = new BlockingCollection<(long Due, byte[] Packet)>();
        Start(() =>
        {
            var buffer = new byte[64 * 1024];
            while (true)
            {
                var packet = Tun.Receive(from, buffer);
                if (IsCut || Falls()) Interlocked.Increment(ref lost);
                else travelling.Add((Environment.TickCount64 + (long)Delay.TotalMilliseconds, packet.ToArray()));
            }
        });
        // In order, as a wire would: a packet that left later does not overtake when the delay shrinks.
        Start(() =>
        {
            foreach (var (due, packet) in travelling.GetConsumingEnumerable())
            {
                if (due - Environment.TickCount64 is var wait and > 0) Thread.Sleep((int)wait);
                // Cut while it was on its way.
                if (IsCut)
                {
                    Interlocked.Increment(ref lost);
                    continue;
                }
                Tun.Send(to, packet);
                Interlocked.Increment(ref carried);
            }
        });
    }

    private bool Falls()
    {
        lock (gate) return Loss > 0 && dice.NextDouble() < Loss;
    }

    private void Start(Action pump) => new Thread(() =>
    {
        try
        {
            pump();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException || closed)
        {
            // The namespaces are gone, and the devices with them.
        }
    })
    { IsBackground = true, Name = "link" }.Start();
}

internal sealed record LinkEnd(NetworkNamespace Home, string Device, SafeFileHandle File) : IDisposable
{
    public static LinkEnd Open(NetworkNamespace home, string device, IPAddress own, IPAddress other)
    {
        var end = new LinkEnd(home, device, home.Run(() => Tun.Open(device)));
        home.Configure("addr", "add", $"{own}/32", "peer", other.ToString(), "dev", device);
        home.Configure("link", "set", device, "up");
        return end;
    }

    /// <summary>Closing a file does not wake who reads it; a device that goes does.</summary>
    public void Dispose()
    {
        Home.Configure("link", "del", Device);
        File.Dispose();
    }
}
