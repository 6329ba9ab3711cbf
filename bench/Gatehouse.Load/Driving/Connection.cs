using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Load.Driving;

/// <summary>A code, and what whoever redeems it must know.</summary>
internal readonly record struct Code(string Value, string Verifier);

/// <summary>One client with one request at a time, over a kept connection to each node. HTTP/1.1, only as much of it as the servers here speak.</summary>
internal sealed class Connection : IDisposable
{
    // Grows: of sixteen thousand connections each has one.
    private byte[] buffer = new byte[2048];
    private readonly Line[] lines;
    private int length, line;
    private long since;

    public Connection(int[] ports, bool tls, int firstNode)
    {
        lines = [.. ports.Select(port => new Line(port, tls))];
        line = firstNode % lines.Length;
        Begin();
    }

    /// <summary>Of the request that is under way.</summary>
    public Socket Socket => lines[line].Socket;

    /// <summary>A request is under way.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Which step of the script it is, those that are sent once counted first.</summary>
    public int At { get; set; }

    public Code Code { get; set; } = new("", "");

    public string AccessToken { get; set; } = "";

    public string RefreshToken { get; set; } = "";

    /// <summary>Since <see cref="Begin"/>.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(since);

    /// <summary>The last answer, headers included.</summary>
    public ReadOnlySpan<byte> Answer => buffer.AsSpan(0, length);

    public static byte[] Format(Step step)
    {
        var head = new StringBuilder($"{step.Method} {step.Path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (step.Cookie is not null) head.Append("Cookie: ").Append(step.Cookie).Append("\r\n");
        if (step.Authorization is not null) head.Append("Authorization: ").Append(step.Authorization).Append("\r\n");
        if (step.Body is not null) head.Append("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ").Append(step.Body.Length).Append("\r\n");
        return Encoding.ASCII.GetBytes(head.Append("\r\n").Append(step.Body).ToString());
    }

    /// <summary>What is counted next starts now.</summary>
    public void Begin() => since = Stopwatch.GetTimestamp();

    public void Send(ReadOnlySpan<byte> request)
    {
        length = 0;
        IsWaiting = true;
        line = (line + 1) % lines.Length;
        lines[line].Send(request);
    }

    /// <summary>The status once the answer is whole, 0 if the server hung up instead.</summary>
    public int? Receive()
    {
        // What TLS has deciphered already is not seen by whoever waits for the socket: so there, an answer that has begun is read to its end.
        do
        {
            if (length == buffer.Length) Array.Resize(ref buffer, 2 * length);
            var read = lines[line].Receive(buffer.AsSpan(length));
            if (read == 0)
            {
                lines[line] = lines[line].Again();
                length = 0;
                IsWaiting = false;
                return 0;
            }
            length += read;
            IsWaiting = !IsComplete();
        }
        while (IsWaiting && lines[line].IsTls);
        return IsWaiting ? null : (Answer[9] - '0') * 100 + (Answer[10] - '0') * 10 + (Answer[11] - '0');
    }

    public void Dispose() => Array.ForEach(lines, one => one.Dispose());

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
}
