using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Gatehouse.Testing;

/// <summary>
/// Stands between Npgsql and a cluster, speaks just enough of the protocol to count round trips, and can cut the line at a chosen one.
/// </summary>
/// <remarks>
/// A round trip is one wait of the client: from the first message that it sends while nothing is owed to it, until the server has answered
/// all of its Sync and Query messages with ReadyForQuery. A statement that Npgsql puts in front of a batch (BEGIN, DISCARD ALL) is thus no round trip of
/// its own; signing in is none either. Pass <see cref="ConnectionString"/> to the code under test, call it once to warm up (the first
/// connection of a pool signs in and reads the type catalogue), and then count.
/// </remarks>
public sealed class PostgresWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<WireConnection, Task> connections = new();
    private readonly ConcurrentQueue<string> statements = new();
    private readonly Lock gate = new();
    private readonly Task accepting;
    private readonly int serverPort;
    private int roundTrips;
    private (int At, string? Statement, bool Before)? cut;
    private TaskCompletionSource? frozen;

    private PostgresWire(NpgsqlConnectionStringBuilder target)
    {
        serverPort = target.Port;
        listener.Start();
        // In clear, because we read along.
        ConnectionString = new NpgsqlConnectionStringBuilder(target.ConnectionString)
        {
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
        accepting = AcceptAsync();
    }

    /// <summary>The connection string that leads through here.</summary>
    public string ConnectionString { get; }

    /// <summary>Round trips so far, over all connections.</summary>
    public int RoundTrips
    {
        get
        {
            lock (gate) return roundTrips;
        }
    }

    /// <summary>The statements that were run, in order; for the message of a test that counted too many.</summary>
    public IReadOnlyList<string> Statements => [.. statements];

    /// <summary>How often the line was cut by <see cref="CutBefore"/> or <see cref="CutAfter"/>.</summary>
    public int Cuts { get; private set; }

    /// <summary>While true, connections are refused and those that exist are closed: the database is unreachable.</summary>
    public bool IsDown
    {
        get;
        set
        {
            field = value;
            if (value) CutAll();
        }
    }

    /// <summary>While true, nothing comes through and nobody is told: no answer, no end of a connection. New connections are accepted and hear nothing. Afterwards all goes on where it stopped.</summary>
    public bool IsFrozen
    {
        get => frozen is not null;
        set
        {
            var before = Interlocked.Exchange(ref frozen, value ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null);
            before?.TrySetResult();
        }
    }

    /// <summary>The connections that exist now never hear anything again, nor that they are cut: their host has vanished. New ones work.</summary>
    public void Strand()
    {
        foreach (var connection in connections.Keys) connection.IsStranded = true;
    }

    /// <summary>Starts a wire to the database that <paramref name="connectionString"/> names, on 127.0.0.1.</summary>
    public static PostgresWire Start(string connectionString) => new(new NpgsqlConnectionStringBuilder(connectionString));

    /// <summary>Cuts instead of forwarding the <paramref name="roundTrip"/>th round trip from now (1: the next): the database never hears of it. Later connections work.</summary>
    public void CutBefore(int roundTrip) => Cut(roundTrip, null, before: true);

    /// <summary>Cuts when the server has answered the <paramref name="roundTrip"/>th round trip from now and before the client hears of it: what it committed is committed.</summary>
    public void CutAfter(int roundTrip) => Cut(roundTrip, null, before: false);

    /// <summary>As <see cref="CutBefore(int)"/>, at the next statement whose text contains <paramref name="statement"/>, whatever others run meanwhile.</summary>
    public void CutBefore(string statement) => Cut(0, statement, before: true);

    /// <summary>As <see cref="CutAfter(int)"/>, at the next statement whose text contains <paramref name="statement"/>.</summary>
    public void CutAfter(string statement) => Cut(0, statement, before: false);

    /// <summary>Takes back a cut that did not happen.</summary>
    public void CutNothing()
    {
        lock (gate) cut = null;
    }

    /// <summary>Closes every connection.</summary>
    public void CutAll()
    {
        foreach (var connection in connections.Keys) connection.Dispose();
    }

    /// <summary>Counts the round trips of one piece of work. Only meaningful while nothing else uses this wire.</summary>
    public async Task<int> CountAsync(Func<Task> work)
    {
        var before = RoundTrips;
        statements.Clear();
        await work();
        return RoundTrips - before;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
        CutAll();
        await Task.WhenAll(connections.Values);
        listener.Dispose();
    }

    /// <summary>Returns once things may come through.</summary>
    internal async Task PassAsync(CancellationToken ct)
    {
        while (frozen is { } waiting) await waiting.Task.WaitAsync(ct);
    }

    /// <summary>Called by a connection for each message: does a round trip begin with it, and which statement does it run?</summary>
    internal WireOrder Hear(bool beginsRoundTrip, string? statement)
    {
        if (statement is not null) statements.Enqueue(statement);
        lock (gate)
        {
            if (beginsRoundTrip) roundTrips++;
            if (cut is not { } at) return WireOrder.Forward;
            if (at.Statement is null ? !beginsRoundTrip || at.At != roundTrips : statement?.Contains(at.Statement, StringComparison.OrdinalIgnoreCase) != true) return WireOrder.Forward;
            cut = null;
            Cuts++;
            return at.Before ? WireOrder.CutNow : WireOrder.CutWhenAnswered;
        }
    }

    private void Cut(int roundTrip, string? statement, bool before)
    {
        lock (gate) cut = (roundTrips + roundTrip, statement, before);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }
            if (IsDown)
            {
                client.Dispose();
                continue;
            }
            var connection = new WireConnection(this, client);
            connections[connection] = RunAsync(connection);
        }
    }

    private async Task RunAsync(WireConnection connection)
    {
        await Task.Yield();
        await connection.RunAsync(serverPort);
        connections.TryRemove(connection, out _);
    }
}
