using System.Diagnostics;
using System.Runtime.InteropServices;
using Gatehouse.Load.Machinery;

namespace Gatehouse.Load.Driving;

/// <summary>
/// So many requests a second, whatever becomes of those before them: users do not wait for each other. Who finds every connection taken goes away. One thread, and epoll, which costs the same for two connections and for thousands: asked
/// each time for all of them, poll cost more than the server.
/// </summary>
internal sealed partial class OpenLoop
{
    private const int Add = 1, MostEvents = 512;
    private const uint Readable = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Load load;
    private readonly Step step;
    private readonly byte[][]? constant;
    private readonly Queue<string> refreshTokens;
    private readonly List<(Connection Connection, long Since)> all = [];
    private readonly Stack<int> idle = new();
    private readonly Event[] events = new Event[MostEvents];
    private readonly int epoll = Create(0);
    private readonly List<int> microseconds = new(1 << 16);
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private long due, answered, refused, wentAway, failures;
    private string? firstFailure;

    private OpenLoop(Load load, Queue<string> refreshTokens)
    {
        (this.load, this.refreshTokens) = (load, refreshTokens);
        step = load.Again.Single();
        constant = step.IsConstant ? [Connection.Format(step)] : step.UsesTokens ? [.. load.Tokens.Select(token => Connection.Format(step.With("{token}", token)))] : null;
        if (constant is not null || load.Tokens.Length == 0) return;
        refreshTokens.Clear();
        foreach (var token in load.Tokens) refreshTokens.Enqueue(token);
    }

    private double Now => clock.Elapsed.TotalSeconds;

    private int Busy => all.Count - idle.Count;

    /// <param name="load">What to do.</param>
    /// <param name="refreshTokens">What loads before it ended with.</param>
    public static LoadResult Run(Load load, Queue<string> refreshTokens) => new OpenLoop(load, refreshTokens).Run();

    private LoadResult Run()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) throw new PlatformNotSupportedException("epoll's event is laid out here as x64 has it.");
        for (var i = 0; i < load.Connections; i++) idle.Push(Open());
        SendFor(load.Before);
        (answered, refused, wentAway) = (0, 0, 0);
        microseconds.Clear();
        int[] watched = [.. load.Watched ?? [], Environment.ProcessId];
        var spent = watched.Select(ProcessorTime.Of).ToArray();
        SendFor(load.Seconds);
        double[] busy = [.. watched.Zip(spent, (id, before) => (ProcessorTime.Of(id) - before) / load.Seconds)];
        while (Busy > 0 && Now < load.Seconds + Patience.TotalSeconds) Receive(1);
        failures += Busy;
        all.ForEach(one => one.Connection.Dispose());
        _ = Close(epoll);
        microseconds.Sort();
        return new(answered, failures, load.Seconds, Percentile(0.50), Percentile(0.99), firstFailure, refused, wentAway, busy);
    }

    private void SendFor(double seconds)
    {
        clock.Restart();
        due = 0;
        while (Now < seconds) Receive(SendWhatIsDue() ? 1 : 0);
    }

    /// <summary>False if more are due than it sends in one go, so that answers are not kept waiting.</summary>
    private bool SendWhatIsDue()
    {
        for (var burst = 0; due < Now * load.PerSecond; due++)
        {
            if (idle.Count == 0 || constant is null && refreshTokens.Count == 0)
            {
                wentAway++;
                continue;
            }
            if (++burst > 100) return false;
            var at = idle.Pop();
            var connection = all[at].Connection;
            if (constant is null) connection.RefreshToken = refreshTokens.Dequeue();
            all[at] = (connection, Stopwatch.GetTimestamp());
            connection.Send(constant is null ? Connection.Format(step.With("{refresh_token}", connection.RefreshToken)) : constant[due % constant.Length]);
        }
        return true;
    }

    private void Receive(int milliseconds)
    {
        var count = Wait(epoll, events, MostEvents, milliseconds);
        for (var i = 0; i < count; i++)
        {
            var at = (int)events[i].Data;
            var (connection, since) = all[at];
            var socket = connection.Socket;
            if (!connection.IsWaiting || connection.Receive() is not { } status) continue;
            // It opens a new one where the server hung up.
            if (connection.Socket != socket) Watch(connection, at);
            Finish(connection, Stopwatch.GetElapsedTime(since), status);
            idle.Push(at);
        }
    }

    private void Finish(Connection connection, TimeSpan took, int status)
    {
        var isInTime = Now <= load.Seconds;
        var answer = connection.Answer;
        if (status == 200)
        {
            if (isInTime) answered++;
            microseconds.Add((int)took.TotalMicroseconds);
            if (constant is null) refreshTokens.Enqueue(Driver.Member(answer, "\"refresh_token\":"u8)!);
        }
        else if (status == 503 && answer.IndexOf("\r\nRetry-After: 1\r\n"u8) > 0 && answer.IndexOf("\"temporarily_unavailable\""u8) > 0)
        {
            if (isInTime) refused++;
            if (constant is null) refreshTokens.Enqueue(connection.RefreshToken);
        }
        else
        {
            failures++;
            firstFailure ??= answer.Length == 0 ? "connection closed" : System.Text.Encoding.ASCII.GetString(answer);
        }
    }

    private int Open()
    {
        all.Add((new(load.Ports, load.Tls, all.Count), 0));
        Watch(all[^1].Connection, all.Count - 1);
        return all.Count - 1;
    }

    private void Watch(Connection connection, int at)
    {
        var readable = new Event { Events = Readable, Data = (ulong)at };
        if (Control(epoll, Add, (int)connection.Socket.Handle, ref readable) != 0) throw new InvalidOperationException($"epoll_ctl failed: {Marshal.GetLastPInvokeError()}");
    }

    private double Percentile(double share) => microseconds.Count == 0 ? 0 : microseconds[(int)((microseconds.Count - 1) * share)] / 1000.0;

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int socket, ref Event what);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, [Out] Event[] events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int epoll);

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Event
    {
        public uint Events;
        public ulong Data;
    }
}
