using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>
/// Calls of one kind travel together, in one statement and one commit. Two statements may be on their way; whoever comes then waits for the first that
/// returns. Where there is room, nobody waits for company.
/// </summary>
/// <remarks>
/// Two, because a commit that comes while another is being written has to wait for the disk anyway, and does so here at no cost. An error that the database
/// reported undid the whole statement: then each call is sent again alone, so that nobody fails for a stranger's sake. When the line broke, nobody knows what
/// was done; such calls are never repeated.
/// </remarks>
/// <param name="send">Sends the calls, in the order that it brings them into, and returns their answers in that order.</param>
/// <param name="clock">What waiting is measured by.</param>
internal sealed class Gathered<TCall, TAnswer>(Func<List<Gathered<TCall, TAnswer>.Waiting>, Task<TAnswer[]>> send, TimeProvider clock)
{
    private const int Lanes = 2, MaxTogether = 128;

    /// <summary>As long as the driver waits for a connection. Whoever could not even leave by then is told so.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly Queue<Waiting> queue = new();
    private int underWay, boarding;

    internal sealed class Waiting(TCall call, long since, CancellationToken ct) : TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TCall Call => call;

        /// <summary>False if its caller has gone or has waited too long: it has its answer then.</summary>
        public bool MayLeave(TimeProvider clock)
        {
            if (ct.IsCancellationRequested) TrySetCanceled(ct);
            else if (clock.GetElapsedTime(since) > patience) TrySetException(new TimeoutException("The database has not answered those that asked before."));
            return !Task.IsCompleted;
        }
    }

    public Task<TAnswer> AskAsync(TCall call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var waiting = new Waiting(call, clock.GetTimestamp(), ct);
        lock (gate)
        {
            queue.Enqueue(waiting);
            if (underWay == Lanes) return waiting.Task;
            underWay++;
            boarding++;
        }
        // It may carry others long after this caller has its answer, so it is no part of what this caller does.
        using (ExecutionContext.SuppressFlow()) _ = TravelAsync();
        return waiting.Task;
    }

    /// <summary>Back and forth, until nobody waits.</summary>
    private async Task TravelAsync()
    {
        var together = new List<Waiting>();
        while (true)
        {
            // Behind all that the processor has to do already, so that those who are about to ask come along. If it has nothing to do, that takes a microsecond.
            await Task.Yield();
            if (!TryBoard(together)) return;
            await SendAsync(together);
            lock (gate) boarding++;
        }
    }

    private bool TryBoard(List<Waiting> together)
    {
        together.Clear();
        lock (gate)
        {
            // No more than a fair share, so that the database works for some while we work for the others.
            var share = Math.Min(MaxTogether, (queue.Count + boarding - 1) / boarding);
            boarding--;
            while (together.Count < share && queue.TryDequeue(out var waiting))
                if (waiting.MayLeave(clock)) together.Add(waiting);
            if (together.Count == 0) underWay--;
        }
        return together.Count > 0;
    }

    private async Task SendAsync(List<Waiting> together)
    {
        try
        {
            var answers = await send(together);
            for (var i = 0; i < answers.Length; i++) together[i].TrySetResult(answers[i]);
        }
        catch (PostgresException error) when (together.Count > 1 && error.InvariantSeverity == "ERROR")
        {
            foreach (var alone in together) await SendAsync([alone]);
        }
        catch (Exception failure)
        {
            foreach (var waiting in together) waiting.TrySetException(failure);
        }
    }
}
