using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Testing;

internal enum WireOrder
{
    Forward,
    CutNow,
    CutWhenAnswered,
}

/// <summary>One connection through a <see cref="PostgresWire"/>. Forwards whole messages only, so that a cut falls between two of them.</summary>
internal sealed class WireConnection(PostgresWire wire, TcpClient client) : IDisposable
{
    private readonly TcpClient server = new() { NoDelay = true };
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> prepared = new(StringComparer.Ordinal);
    private int owed;
    private bool batchOpen, signedIn, withhold;
    private readonly CancellationTokenSource gone = new();

    /// <summary>Nothing comes through any more, and nobody is told.</summary>
    public bool IsStranded { get; set; }

    public async Task RunAsync(int serverPort)
    {
        try
        {
            client.NoDelay = true;
            await wire.PassAsync(gone.Token);
            await server.ConnectAsync(IPAddress.Loopback, serverPort);
            await await Task.WhenAny(PumpRequestsAsync(), PumpAnswersAsync());
        }
        catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        gone.Cancel();
        client.Dispose();
        server.Dispose();
    }

    private async Task PumpRequestsAsync()
    {
        var input = PipeReader.Create(client.GetStream());
        var output = server.GetStream();
        var starting = true;
        while (true)
        {
            var read = await input.ReadAsync();
            var rest = read.Buffer;
            var order = WireOrder.Forward;
            while (TryTake(ref rest, starting, out var message))
            {
                if (starting) starting = false;
                else if (Track(message) is not WireOrder.Forward and var given) order = given;
            }
            // Also what was read before the message that says so: half of a flush is no state that a database is ever left in by a broken line.
            if (order is WireOrder.CutNow) return;
            await ForwardAsync(read.Buffer.Slice(0, rest.Start), output);
            input.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted) return;
        }
    }

    private async Task PumpAnswersAsync()
    {
        var input = PipeReader.Create(server.GetStream());
        var output = client.GetStream();
        while (true)
        {
            var read = await input.ReadAsync();
            var rest = read.Buffer;
            bool withheld = false, settled = false;
            while (TryTake(ref rest, starting: false, out var message))
                if (message.FirstSpan[0] == (byte)'Z') (withheld, settled) = Settle();
            lock (gate) withheld |= withhold;
            if (!withheld) await ForwardAsync(read.Buffer.Slice(0, rest.Start), output);
            else if (settled) return;
            input.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted) return;
        }
    }

    private WireOrder Track(ReadOnlySequence<byte> message)
    {
        var type = (char)message.FirstSpan[0];
        // Answers to the server's questions while signing in, and the goodbye: nobody waits for these as for a query.
        if (type is 'p' or 'X') return WireOrder.Forward;
        var statement = StatementOf(message, type);
        lock (gate)
        {
            var first = owed == 0 && !batchOpen;
            if (type is 'S' or 'Q') owed++;
            batchOpen = type is not ('S' or 'Q');
            var order = wire.Hear(first, statement);
            if (order is WireOrder.CutWhenAnswered) withhold = true;
            return order;
        }
    }

    private (bool Withheld, bool Settled) Settle()
    {
        lock (gate)
        {
            if (!signedIn) signedIn = true;
            else owed--;
            return (withhold, owed == 0 && !batchOpen);
        }
    }

    /// <summary>What is run, if this message runs something. A Parse names a statement and a Bind runs it, at once or a thousand times later.</summary>
    private string? StatementOf(ReadOnlySequence<byte> message, char type)
    {
        if (type is not ('P' or 'B' or 'Q')) return null;
        var texts = Encoding.UTF8.GetString(message.Slice(5)).Split('\0', 3);
        if (type == 'Q') return texts[0];
        if (type == 'B') return prepared.GetValueOrDefault(texts[1], "");
        prepared[texts[0]] = texts[1];
        return null;
    }

    /// <summary>One whole message: a type (absent in the first one of a connection), then a length that counts itself.</summary>
    private static bool TryTake(ref ReadOnlySequence<byte> buffer, bool starting, out ReadOnlySequence<byte> message)
    {
        var type = starting ? 0 : 1;
        message = default;
        if (buffer.Length < type + 4) return false;
        var length = type + ReadInt32(buffer.Slice(type));
        if (buffer.Length < length) return false;
        message = buffer.Slice(0, length);
        buffer = buffer.Slice(length);
        return true;
    }

    private static int ReadInt32(ReadOnlySequence<byte> bytes)
    {
        Span<byte> four = stackalloc byte[4];
        bytes.Slice(0, 4).CopyTo(four);
        return BinaryPrimitives.ReadInt32BigEndian(four);
    }

    private async Task ForwardAsync(ReadOnlySequence<byte> bytes, NetworkStream output)
    {
        if (IsStranded) await Task.Delay(Timeout.Infinite, gone.Token);
        await wire.PassAsync(gone.Token);
        foreach (var part in bytes) await output.WriteAsync(part);
    }
}
