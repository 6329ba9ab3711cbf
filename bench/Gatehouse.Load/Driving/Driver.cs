using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Load.Driving;

/// <summary>
/// A closed loop over a few connections on one thread. It may wait for any of them with <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/>,
/// because that costs 14 µs a request all in all, as wrk does; a thread per connection cost 25, tasks more. The load must not be what is measured.
/// </summary>
internal sealed class Driver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Load load;
    private readonly byte[][] requests;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly List<int> microseconds = new(1 << 16);
    private int next;
    private long failures;
    private string? firstFailure;

    private Driver(Load load)
    {
        this.load = load;
        requests = load.Opening is null
            ? [.. load.Tokens.DefaultIfEmpty("").Select(token => Connection.Format(load, load.Body?.Replace("{token}", token, StringComparison.Ordinal), load.Authorization?.Replace("{token}", token, StringComparison.Ordinal)))]
            : [Connection.Format(load, load.Opening, null)];
    }

    public static LoadResult Run(Load load) => new Driver(load).Run();

    private LoadResult Run()
    {
        var connections = Enumerable.Range(0, load.Connections).Select(_ => new Connection(load.Port)).ToList();
        foreach (var connection in connections) Send(connection);

        // What is under way at the end is waited for: the server has worked for it, so it counts.
        var ready = new List<Socket>();
        while (connections.Exists(connection => connection.IsWaiting) && clock.Elapsed.TotalSeconds < load.Seconds + Patience.TotalSeconds)
        {
            ready.Clear();
            foreach (var connection in connections)
                if (connection.IsWaiting) ready.Add(connection.Socket);
            Socket.Select(ready, null, null, 100_000);
            foreach (var connection in connections)
                if (connection.IsWaiting && ready.Contains(connection.Socket) && connection.Receive() is { } status) Finish(connection, status);
        }

        var elapsed = clock.Elapsed.TotalSeconds;
        failures += connections.Count(connection => connection.IsWaiting);
        connections.ForEach(connection => connection.Dispose());
        microseconds.Sort();
        return new(microseconds.Count, failures, elapsed, Percentile(0.50), Percentile(0.99), firstFailure);
    }

    private void Send(Connection connection)
    {
        if (load.Opening is not null && RefreshToken(connection.Answer) is { } current)
        {
            connection.Counts = true;
            connection.Send(Connection.Format(load, load.Body!.Replace("{token}", current, StringComparison.Ordinal), null));
            return;
        }
        connection.Counts = load.Opening is null;
        connection.Send(requests[next++ % requests.Length]);
    }

    private void Finish(Connection connection, int status)
    {
        if (status != 200)
        {
            failures++;
            firstFailure ??= connection.Answer.Length == 0 ? "connection closed" : Encoding.ASCII.GetString(connection.Answer);
        }
        else if (connection.Counts) microseconds.Add((int)connection.Waited.TotalMicroseconds);

        if (clock.Elapsed.TotalSeconds < load.Seconds) Send(connection);
    }

    // Up to the colon only: one of the servers puts a space behind it.
    private static string? RefreshToken(ReadOnlySpan<byte> answer)
    {
        var member = "\"refresh_token\":"u8;
        var start = answer.IndexOf(member);
        if (start < 0) return null;
        var value = answer[(start + member.Length)..];
        value = value[(value.IndexOf((byte)'"') + 1)..];
        return Encoding.ASCII.GetString(value[..value.IndexOf((byte)'"')]);
    }

    private double Percentile(double share) => microseconds.Count == 0 ? 0 : microseconds[(int)((microseconds.Count - 1) * share)] / 1000.0;
}
