using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Cluster.Network;

internal static class Ports
{
    // Below the range from which Linux takes the ports of outgoing connections: what is free now is most likely free in a second.
    private const int First = 20_000, End = 32_000;

    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's.
            }
        }
    }
}
