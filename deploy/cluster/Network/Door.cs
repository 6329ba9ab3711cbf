using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Cluster.Network;

/// <summary>A port of 127.0.0.1 that leads into a network namespace, so that nobody out here needs to know of namespaces.</summary>
internal sealed class Door : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly NetworkNamespace inside;
    private readonly IPEndPoint target;

    private Door(NetworkNamespace inside, IPEndPoint target)
    {
        (this.inside, this.target) = (inside, target);
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Out here.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    public static Door Open(NetworkNamespace inside, IPEndPoint target) => new(inside, target);

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket visitor;
            try
            {
                visitor = await listener.AcceptSocketAsync();
            }
            catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = PassAsync(visitor);
        }
    }

    private async Task PassAsync(Socket visitor)
    {
        await Task.Yield();
        using var outer = visitor;
        using var inner = inside.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        outer.NoDelay = inner.NoDelay = true;
        try
        {
            await inner.ConnectAsync(target);
            await Task.WhenAll(PumpAsync(outer, inner), PumpAsync(inner, outer));
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // What breaks on one side breaks on the other: closing without reading resets.
            outer.LingerState = inner.LingerState = new(true, 0);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other direction waits for nobody any more.
            from.Dispose();
            to.Dispose();
            throw;
        }
    }
}
