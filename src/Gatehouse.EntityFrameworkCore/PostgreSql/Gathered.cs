using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.Storage;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>
/// Calls of one kind travel together, in one statement and one commit. Two statements may be on their way; whoever comes then waits for the first that
/// returns. Where there is room, nobody waits for company.
/// </summary>
/// <remarks>
/// <para>Two, because a commit that comes while another is being written has to wait for the disk anyway, and does so here at no cost. An error that the database
/// reported undid the whole statement: then each call is sent again alone, so that nobody fails for a stranger's sake. When the line broke, nobody knows what
/// was done; such calls are never repeated.</para>
/// <para>Nobody waits longer than the limit, whatever the driver does: a watchman goes round, so that a call costs no timer. A statement that has been away for so long is given up: it
/// may come back or not, and another takes its place.</para>
/// </remarks>
/// <param name="send">Sends the calls, in the order that it brings them into, and returns their answers in that order.</param>
/// <param name="limits">How long a call may take, and how many may wait.</param>
/// <param name="clock">What waiting is measured by.</param>
internal sealed class Gathered<TCall, TAnswer>(Func<List<Gathered<TCall, TAnswer>.Waiting>, Task<TAnswer[]>> send, StoreLimits limits, TimeProvider clock) : IDisposable
{
    private const int Lanes = 2, MaxTogether = 128, RoundsPerLimit = 20;

    private readonly TimeSpan limit = limits.Timeout, round = limits.Timeout / RoundsPerLimit;
    private readonly int capacity = limits.MaxWaiting;
    private readonly Lock gate = new();
    private readonly Queue<Waiting> queue = new();
    private readonly List<Journey> journeys = new(Lanes);
    private int underWay, boarding;
    private bool watching, seenSinceRound;
    private ITimer? watch;

    /// <param name="call">What is asked.</param>
    /// <param name="request">Whose time it is counted to.</param>
    /// <param name="since">When it began; earlier, by what the request has waited for before.</param>
    /// <param name="ct">Cancels, as long as it has not left.</param>
    internal sealed class Waiting(TCall call, StoreTime? request, long since, CancellationToken ct) : TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TCall Call => call;

        /// <summary>Before its answer, so that what the caller asks next knows of it.</summary>
        public void Count(TimeProvider clock) => request?.Raise(clock.GetElapsedTime(since));

        /// <summary>True if it need not leave any more: its caller has gone or has waited too long, and is told so.</summary>
        public bool IsOver(TimeProvider clock, TimeSpan limit)
        {
            if (ct.IsCancellationRequested) TrySetCanceled(ct);
            return IsLate(clock, limit);
        }

        /// <summary>True if it has its answer, if only that there was none in time. Once it is on its way, its caller cannot go: what it does is done, and somebody must hear of it.</summary>
        public bool IsLate(TimeProvider clock, TimeSpan limit)
        {
            if (clock.GetElapsedTime(since) > limit && !Task.IsCompleted)
            {
                Count(clock);
                TrySetException(new TimeoutException("The database did not answer in time. Gatehouse:Store:Timeout is the limit."));
            }
            return Task.IsCompleted;
        }
    }

    /// <summary>One lane's travels: who is on board, and since when.</summary>
    private sealed class Journey
    {
        public readonly List<Waiting> Together = [];
        public long Departed;
        public bool IsGivenUp;
    }

    public Task<TAnswer> AskAsync(TCall call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        StoreTime.LeftOf(limit);
        var request = StoreTime.OfRequest;
        var waiting = new Waiting(call, request, StoreCall.BeginningOf(request, clock), ct);
        lock (gate)
        {
            if (queue.Count >= capacity) throw new ServerBusyException("As many calls wait for the database as may. Gatehouse:Store:MaxWaiting is the limit.");
            queue.Enqueue(waiting);
            seenSinceRound = true;
            if (!watching) Watch(true);
            if (underWay == Lanes) return waiting.Task;
            underWay++;
            boarding++;
        }
        Leave();
        return waiting.Task;
    }

    public void Dispose() => watch?.Dispose();

    private void Leave()
    {
        // It may carry others long after this caller has its answer, so it is no part of what this caller does.
        using (ExecutionContext.SuppressFlow()) _ = TravelAsync(new Journey());
    }

    /// <summary>Back and forth, until nobody waits.</summary>
    private async Task TravelAsync(Journey journey)
    {
        while (true)
        {
            // Behind all that the processor has to do already, so that those who are about to ask come along. If it has nothing to do, that takes a microsecond.
            await Task.Yield();
            if (!TryBoard(journey)) return;
            await SendAsync(journey, journey.Together);
            if (!TryReturn(journey)) return;
        }
    }

    private bool TryBoard(Journey journey)
    {
        var together = journey.Together;
        lock (gate)
        {
            // No more than a fair share, so that the database works for some while we work for the others.
            var share = Math.Min(MaxTogether, (queue.Count + boarding - 1) / boarding);
            boarding--;
            while (together.Count < share && queue.TryDequeue(out var waiting))
                if (!waiting.IsOver(clock, limit)) together.Add(waiting);
            if (together.Count > 0)
            {
                journey.Departed = clock.GetTimestamp();
                journeys.Add(journey);
            }
            else underWay--;
        }
        return together.Count > 0;
    }

    private bool TryReturn(Journey journey)
    {
        lock (gate)
        {
            if (journey.IsGivenUp) return false;
            journeys.Remove(journey);
            journey.Together.Clear();
            boarding++;
            return true;
        }
    }

    private async Task SendAsync(Journey journey, List<Waiting> together)
    {
        try
        {
            var answers = await send(together);
            for (var i = 0; i < answers.Length; i++)
            {
                together[i].Count(clock);
                together[i].TrySetResult(answers[i]);
            }
        }
        catch (PostgresException error) when (together.Count > 1 && error.InvariantSeverity == "ERROR")
        {
            foreach (var alone in together)
                if (!journey.IsGivenUp && !alone.IsLate(clock, limit)) await SendAsync(journey, [alone]);
        }
        catch (Exception failure)
        {
            foreach (var waiting in together)
            {
                waiting.Count(clock);
                waiting.TrySetException(failure);
            }
        }
    }

    private void Watch(bool on)
    {
        watching = on;
        if (!on) watch!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        else if (watch is not null) watch.Change(round, round);
        else
            using (ExecutionContext.SuppressFlow()) watch = clock.CreateTimer(static gathered => ((Gathered<TCall, TAnswer>)gathered!).GoRound(), this, round, round);
    }

    /// <summary>Tells those that have waited too long, and gives up statements that do not come back. Rests when nobody has asked since the last time.</summary>
    private void GoRound()
    {
        var replacements = 0;
        lock (gate)
        {
            foreach (var waiting in queue) waiting.IsOver(clock, limit);
            while (queue.TryPeek(out var first) && first.Task.IsCompleted) queue.Dequeue();
            for (var i = journeys.Count - 1; i >= 0; i--)
            {
                var journey = journeys[i];
                // By index: whoever sends them may be putting them into another order.
                for (var j = 0; j < journey.Together.Count; j++) journey.Together[j].IsLate(clock, limit);
                if (clock.GetElapsedTime(journey.Departed) <= limit) continue;
                journey.IsGivenUp = true;
                journeys.RemoveAt(i);
                if (queue.Count <= replacements) underWay--;
                else
                {
                    replacements++;
                    boarding++;
                }
            }
            if (!seenSinceRound && underWay == 0) Watch(false);
            seenSinceRound = false;
        }
        while (replacements-- > 0) Leave();
    }
}
