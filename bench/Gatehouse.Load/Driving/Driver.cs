using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
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
    private readonly Queue<Code> codes;
    private readonly Step[] script;
    private readonly byte[][]?[] constant;
    private readonly int[] turns;
    private readonly Guid run = Guid.NewGuid();
    private long verifiers;
    private readonly bool wantsTokens;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly List<int> microseconds = new(1 << 16);
    private TimeSpan lastAnswer;
    private long failures;
    private string? firstFailure;

    private Driver(Load load, Queue<Code> codes)
    {
        (this.load, this.codes) = (load, codes);
        script = [.. load.Once, .. load.Again];
        // Of a step that does not depend on earlier answers, all that it can be: once, or once for each token.
        constant = [.. script.Select(step => step.IsConstant ? [Connection.Format(step)] : step.UsesTokens ? load.Tokens.Select(token => Connection.Format(step.With("{token}", token))).ToArray() : null)];
        turns = new int[script.Length];
        wantsTokens = Array.Exists(script, step => (step.Body + step.Authorization).Contains("_token}", StringComparison.Ordinal));
    }

    /// <param name="load">What to do.</param>
    /// <param name="codes">What was kept by earlier loads.</param>
    public static LoadResult Run(Load load, Queue<Code> codes) => new Driver(load, codes).Run();

    private LoadResult Run()
    {
        var connections = Enumerable.Range(0, load.Connections).Select(i => new Connection(load.Ports, load.Tls, i)).ToList();
        foreach (var connection in connections) Send(connection, 0);

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

        failures += connections.Count(connection => connection.IsWaiting);
        connections.ForEach(connection => connection.Dispose());
        microseconds.Sort();
        return new(microseconds.Count, failures, lastAnswer.TotalSeconds, Percentile(0.50), Percentile(0.99), firstFailure);
    }

    private void Send(Connection connection, int at)
    {
        connection.At = at;
        var step = script[at];
        if (constant[at] is { } known)
        {
            connection.Send(known[turns[at]++ % known.Length]);
            return;
        }
        if (step.Redirects)
        {
            connection.Code = new("", NewVerifier());
            connection.Send(Connection.Format(step.With("{challenge}", Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(connection.Code.Verifier))))));
            return;
        }
        var code = connection.Code;
        if (load.Codes is Codes.Use && !codes.TryDequeue(out code)) return;
        connection.Send(Connection.Format(step.With("{code}", code.Value).With("{verifier}", code.Verifier).With("{access_token}", connection.AccessToken).With("{refresh_token}", connection.RefreshToken)));
    }

    private void Finish(Connection connection, int status)
    {
        lastAnswer = clock.Elapsed;
        var step = script[connection.At];
        var next = connection.At + 1 < script.Length ? connection.At + 1 : load.Once.Length;
        if (!(step.Redirects ? status is 302 or 303 && TakeCode(connection) : status == 200))
        {
            failures++;
            firstFailure ??= connection.Answer.Length == 0 ? "connection closed" : Encoding.ASCII.GetString(connection.Answer);
            next = 0;
            connection.Begin();
        }
        else
        {
            if (wantsTokens && step.Method == "POST")
            {
                connection.AccessToken = Member(connection.Answer, "\"access_token\":"u8) ?? connection.AccessToken;
                connection.RefreshToken = Member(connection.Answer, "\"refresh_token\":"u8) ?? connection.RefreshToken;
            }
            if (step.Counts) microseconds.Add((int)connection.Waited.TotalMicroseconds);
            if (step.Counts || next == load.Once.Length) connection.Begin();
        }
        if (clock.Elapsed.TotalSeconds < load.Seconds && microseconds.Count + failures < load.Limit) Send(connection, next);
    }

    private bool TakeCode(Connection connection)
    {
        var answer = connection.Answer;
        var start = answer.IndexOf("?code="u8);
        if (start < 0) start = answer.IndexOf("&code="u8);
        if (start < 0) return false;
        var value = answer[(start + 6)..];
        connection.Code = connection.Code with { Value = Encoding.ASCII.GetString(value[..value.IndexOfAny("&\r"u8)]) };
        if (load.Codes is Codes.Keep) codes.Enqueue(connection.Code);
        return true;
    }

    // Unique is enough here: it is a load, not a client.
    private string NewVerifier() => string.Create(CultureInfo.InvariantCulture, $"{run:N}{++verifiers:D11}");

    // Up to the colon only: one of the servers puts a space behind it.
    public static string? Member(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> name)
    {
        var start = answer.IndexOf(name);
        if (start < 0) return null;
        var value = answer[(start + name.Length)..];
        value = value[(value.IndexOf((byte)'"') + 1)..];
        return Encoding.ASCII.GetString(value[..value.IndexOf((byte)'"')]);
    }

    private double Percentile(double share) => microseconds.Count == 0 ? 0 : microseconds[(int)((microseconds.Count - 1) * share)] / 1000.0;
}
