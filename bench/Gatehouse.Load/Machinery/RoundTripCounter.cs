using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Load.Machinery;

/// <summary>
/// Stands between a server and its database and counts how often the server spoke after it was answered: round trips as the wire sees them,
/// whatever a driver batches or prepares. Used for a few requests only, never while something is measured.
/// </summary>
internal sealed class RoundTripCounter : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int target;
    private int count;

    public RoundTripCounter(int target)
    {
        this.target = target;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Count => Volatile.Read(ref count);

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The counter was disposed of.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = client;
        using var database = new TcpClient();
        server.NoDelay = database.NoDelay = true;
        await database.ConnectAsync(IPAddress.Loopback, target);
        var answered = 1;
        await Task.WhenAny(
            CopyAsync(server.GetStream(), database.GetStream(), () => { if (Interlocked.Exchange(ref answered, 0) == 1) Interlocked.Increment(ref count); }),
            CopyAsync(database.GetStream(), server.GetStream(), () => Interlocked.Exchange(ref answered, 1)));
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Action seen)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer) is > 0 and var read)
            {
                seen();
                await to.WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (IOException)
        {
            // One side hung up, and so do we.
        }
    }
}
