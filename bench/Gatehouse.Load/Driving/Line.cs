using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Gatehouse.Load.Driving;

/// <summary>A socket to one node, in clear or with TLS.</summary>
internal sealed class Line : IDisposable
{
    private readonly int port;
    private readonly SslStream? tls;

    public Line(int port, bool useTls)
    {
        this.port = port;
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(IPAddress.Loopback, port);
        if (!useTls) return;
        // The certificate was made for this run, by ourselves.
#pragma warning disable CA5359
        tls = new SslStream(new NetworkStream(Socket), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        tls.AuthenticateAsClient("localhost");
    }

    public Socket Socket { get; }

    public bool IsTls => tls is not null;

    public void Send(ReadOnlySpan<byte> request)
    {
        try
        {
            if (tls is null) Socket.Send(request);
            else tls.Write(request);
        }
        catch (Exception hungUp) when (hungUp is SocketException or IOException)
        {
            // The server hung up between two requests; reading will say so.
        }
    }

    /// <summary>0 if the server hung up.</summary>
    public int Receive(Span<byte> buffer)
    {
        try
        {
            return tls is null ? Socket.Receive(buffer) : tls.Read(buffer);
        }
        catch (Exception hungUp) when (hungUp is SocketException or IOException)
        {
            return 0;
        }
    }

    /// <summary>A new one in its place.</summary>
    public Line Again()
    {
        Dispose();
        return new(port, IsTls);
    }

    public void Dispose()
    {
        tls?.Dispose();
        Socket.Dispose();
    }
}
