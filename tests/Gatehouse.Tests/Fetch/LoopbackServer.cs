using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gatehouse.Tests.Fetch;

/// <summary>A server on loopback that answers with whatever bytes it is told, at whatever pace: what no well-behaved server would do.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly Func<Stream, CancellationToken, Task> answer;
    private readonly X509Certificate2? certificate;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task accepting;
    private int connections;

    private LoopbackServer(Func<Stream, CancellationToken, Task> answer, X509Certificate2? certificate, IPAddress address)
    {
        (this.answer, this.certificate) = (answer, certificate);
        listener = new(address, 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many connections were made, whatever came of them.</summary>
    public int Connections => Volatile.Read(ref connections);

    public ConcurrentQueue<string> Requests { get; } = new();

    public static LoopbackServer Start(Func<Stream, CancellationToken, Task> answer, X509Certificate2? certificate = null, IPAddress? address = null) => new(answer, certificate, address ?? IPAddress.Loopback);

    public static LoopbackServer Start(string head, string body = "") => Start((stream, ct) => stream.WriteAsync(Encoding.Latin1.GetBytes(Http(head, body)), ct).AsTask());

    public static string Http(string head, string body) => $"HTTP/1.1 {head.Replace("\n", "\r\n", StringComparison.Ordinal)}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token));
        }
        // A listener that has been stopped says so in one more way (InvalidOperationException) if nobody was waiting at that moment.
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException) { }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref connections);
        using (client)
            try
            {
                Stream stream = client.GetStream();
                if (certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(certificate);
                    stream = tls;
                }
                Requests.Enqueue(await ReadAsync(stream));
                await answer(stream, stopping.Token);
                await stream.FlushAsync(stopping.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException or SocketException) { }
    }

    private async Task<string> ReadAsync(Stream stream)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (true)
        {
            var read = await stream.ReadAsync(buffer, stopping.Token);
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            var request = text.ToString();
            var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (end > 0 && request.Length >= end + 4 + Length(request))) return request;
        }
    }

    private static int Length(string request) =>
        request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line.Split(':')[1], null) : 0;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
    }
}
