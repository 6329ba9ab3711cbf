// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.11; SR-164: the address that is checked is the address that is dialled)
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Fetch;

/// <summary>Names to addresses, as the system does it. Tests put their own in its place, to answer like a hostile name server.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken ct);

/// <summary>No address of the host may be called.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);

/// <summary>
/// Connects to an address that was checked, not to a name that was: between a check and a connection by name, a name server can give another answer.
/// </summary>
internal sealed class FetchConnection(FetchPolicy policy, ResolveHost resolve)
{
    /// <summary>A black hole among several addresses must leave time for the others.</summary>
    private static readonly TimeSpan perAddress = TimeSpan.FromSeconds(2);

    public async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, ct);
        var permitted = addresses.Where(address => policy.Permits(host, address)).ToList();
        if (permitted.Count == 0)
            throw new AddressRefusedException(addresses.Length == 0 ? "its host has no address"
                : $"its host has the address {addresses[0]}, which is not public; if it shall be called, add its network to Gatehouse:Fetch:AllowedNetworks");

        for (var i = 0; ; i++)
        {
            var socket = new Socket(permitted[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
                limit.CancelAfter(perAddress);
                await socket.ConnectAsync(new IPEndPoint(permitted[i], port), limit.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e) when (i < permitted.Count - 1 && e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
