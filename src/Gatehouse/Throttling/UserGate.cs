using System.Collections.Concurrent;

namespace Gatehouse.Throttling;

/// <summary>
/// Lets no more password checks of one user run at once than failures are still free: a thousand guesses sent together are counted as if they came one
/// by one (SR-223). Honest concurrency only waits its turn.
/// </summary>
internal sealed class UserGate(Throttle throttle)
{
    private readonly ConcurrentDictionary<string, Door> doors = new(StringComparer.Ordinal);

    public async ValueTask<Pass> EnterAsync(Throttle.Counter counter, CancellationToken ct)
    {
        while (true)
        {
            var door = doors.GetOrAdd(counter.Key, static _ => new());
            Task? turn;
            lock (door)
            {
                if (door.Closed) continue;
                if (door.Inside < throttle.Remaining(counter))
                {
                    door.Inside++;
                    return new(this, counter, door);
                }
                turn = door.NextLeaves.Task;
            }
            await turn.WaitAsync(ct);
        }
    }

    private void Leave(string key, Door door)
    {
        TaskCompletionSource left;
        lock (door)
        {
            left = door.NextLeaves;
            door.NextLeaves = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (--door.Inside == 0)
            {
                // Nobody is inside: whoever waits makes a new door. Otherwise every name ever tried would stay in memory.
                door.Closed = true;
                doors.TryRemove(new(key, door));
            }
        }
        left.SetResult();
    }

    /// <summary>The right to check one password. Dispose it when the outcome is counted.</summary>
    internal readonly struct Pass(UserGate gate, Throttle.Counter counter, Door door) : IDisposable
    {
        public void Dispose() => gate.Leave(counter.Key, door);
    }

    internal sealed class Door
    {
        public int Inside;
        public bool Closed;
        public TaskCompletionSource NextLeaves = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
