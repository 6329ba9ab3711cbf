using System.Diagnostics;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>
/// The one writer. SQLite takes one at a time and each commit waits for the disk: so callers queue here, and everything that has gathered
/// while the disk was busy is committed in one transaction. A caller is answered when its transaction is durable, never before; or when its time is up, and then nobody knows.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>So that nobody waits long for strangers: at some 20 µs each.</summary>
    private const int MaxBatch = 500;

    private readonly SqliteFile file;
    private readonly StoreLimits limits;
    private readonly object gate = new();
    private readonly Queue<Work> queue = new();
    private readonly Thread thread;
    private bool closing;

    public SqliteWriter(SqliteFile file, IOptions<StoreLimits> options)
    {
        (this.file, limits) = (file, options.Value);
        thread = new Thread(Run) { IsBackground = true, Name = "Gatehouse SQLite writer" };
        thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> in the next transaction; it may be run again if that transaction fails for somebody else's reason.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work)
    {
        using var call = StoreCall.Begin(limits.Timeout);
        var item = new Work<T>(work);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            if (queue.Count >= limits.MaxWaiting) throw new ServerBusyException("As many writes wait for the file as may. Gatehouse:Store:MaxWaiting is the limit.");
            queue.Enqueue(item);
            Monitor.Pulse(gate);
        }
        return await item.Result.WaitAsync(call.Left);
    }

    /// <summary>Takes no more, writes all that was taken, and returns.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closing = true;
            Monitor.Pulse(gate);
        }
        thread.Join();
    }

    private void Run()
    {
        SqliteSession? session = null;
        var batch = new List<Work>(MaxBatch);
        while (Take(batch))
        {
            try
            {
                session ??= file.OpenToWrite();
                Commit(session, batch);
            }
            catch (Exception failure)
            {
                foreach (var work in batch) work.Fail(failure);
                // Whatever state it is in; the next batch starts from a fresh one.
                session?.Dispose();
                session = null;
            }
            batch.Clear();
        }
        session?.Dispose();
    }

    /// <summary>Waits for work. False when there is none and there will be none.</summary>
    private bool Take(List<Work> batch)
    {
        lock (gate)
        {
            while (queue.Count == 0)
            {
                if (closing) return false;
                Monitor.Wait(gate);
            }
            // Nobody waits for those that are late, so they are not begun. Once the queue is closed there is nobody behind them, and all are written.
            while (batch.Count < MaxBatch && queue.TryDequeue(out var work))
                if (closing || !IsLate(work)) batch.Add(work);
            return true;
        }
    }

    private bool IsLate(Work work) => Stopwatch.GetElapsedTime(work.Since) > limits.Timeout;

    private void Commit(SqliteSession session, List<Work> batch)
    {
        // IMMEDIATE takes the write lock at once, where SQLite waits for it; a transaction that reads first could only be refused it. Who does not get it is not at fault, and asking again would not help.
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var work in batch) work.Run(session);
            session.Execute("COMMIT");
        }
        catch (Exception failure)
        {
            Rollback(session);
            if (batch.Count == 1) batch[0].Fail(failure);
            // One of them is at fault. Alone, each meets its own fate: this is a bug or an outage, so it may be slow.
            else foreach (var work in batch.Where(work => !IsLate(work))) Commit(session, [work]);
            return;
        }
        foreach (var work in batch) work.Succeed();
    }

    private static void Rollback(SqliteSession session)
    {
        try
        {
            session.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite had done it already, as it does when the disk is full.
        }
    }

    private abstract class Work
    {
        public readonly long Since = Stopwatch.GetTimestamp();

        public abstract void Run(SqliteSession session);

        public abstract void Succeed();

        public abstract void Fail(Exception failure);
    }

    private sealed class Work<T>(Func<SqliteSession, T> work) : Work
    {
        // The writer must not run what its callers do next.
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;

        public Task<T> Result => completion.Task;

        public override void Run(SqliteSession session) => result = work(session);

        public override void Succeed() => completion.TrySetResult(result);

        public override void Fail(Exception failure) => completion.TrySetException(failure);
    }
}
