using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Load.Driving;

/// <summary>One keep-alive connection with one request at a time. HTTP/1.1, only as much of it as the servers here speak.</summary>
internal sealed class Connection(int port) : IDisposable
{
    private readonly byte[] buffer = new byte[64 * 1024];
    private int length;
    private long sentAt;

    public Socket Socket { get; private set; } = Connect(port);

    /// <summary>A request is under way.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>It is one of those that are measured.</summary>
    public bool Counts { get; set; }

    /// <summary>From sending the last request to now.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(sentAt);

    /// <summary>The last answer, headers included.</summary>
    public ReadOnlySpan<byte> Answer => buffer.AsSpan(0, length);

    public static byte[] Format(Load load, string? body, string? authorization)
    {
        var head = new StringBuilder($"{load.Method} {load.Path} HTTP/1.1\r\nHost: 127.0.0.1:{load.Port}\r\n");
        if (authorization is not null) head.Append("Authorization: ").Append(authorization).Append("\r\n");
        if (body is not null) head.Append("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ").Append(body.Length).Append("\r\n");
        return Encoding.ASCII.GetBytes(head.Append("\r\n").Append(body).ToString());
    }

    public void Send(ReadOnlySpan<byte> request)
    {
        length = 0;
        IsWaiting = true;
        sentAt = Stopwatch.GetTimestamp();
        try
        {
            Socket.Send(request);
        }
        catch (SocketException)
        {
            // The server hung up between two requests; reading will say so.
        }
    }

    /// <summary>The status once the answer is whole, 0 if the server hung up instead.</summary>
    public int? Receive()
    {
        var read = 0;
        try
        {
            read = Socket.Receive(buffer.AsSpan(length));
        }
        catch (SocketException)
        {
            // As good as hung up.
        }
        if (read == 0)
        {
            Socket.Dispose();
            Socket = Connect(port);
            length = 0;
            IsWaiting = false;
            return 0;
        }
        length += read;
        IsWaiting = !IsComplete();
        return IsWaiting ? null : (Answer[9] - '0') * 100 + (Answer[10] - '0') * 10 + (Answer[11] - '0');
    }

    public void Dispose() => Socket.Dispose();

    private bool IsComplete()
    {
        var end = Answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = Answer[..end];
        var body = Answer[(end + 4)..];
        return ContentLength(head) is { } expected ? body.Length >= expected : !IsChunked(head) || body.EndsWith("0\r\n\r\n"u8);
    }

    // Kestrel and Node both write these names in this case.
    private static int? ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(at + 16)..], out int value, out _) ? value : null;
    }

    private static bool IsChunked(ReadOnlySpan<byte> head) => head.IndexOf("Transfer-Encoding: chunked"u8) >= 0;

    private static Socket Connect(int port)
    {
        var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        connected.Connect(IPAddress.Loopback, port);
        return connected;
    }
}
