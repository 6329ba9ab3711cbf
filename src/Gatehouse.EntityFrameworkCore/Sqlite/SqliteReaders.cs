using Microsoft.Extensions.ObjectPool;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>Open connections for reading, as many as there are readers at once. In WAL mode none of them waits for the writer.</summary>
internal sealed class SqliteReaders(SqliteFile file) : IDisposable
{
    private readonly ObjectPool<SqliteSession> pool = new DefaultObjectPoolProvider().Create(new Policy(file));

    /// <summary>Reads on the caller's thread: a look-up in the page cache takes less time than handing it to another one.</summary>
    public TResult Read<TState, TResult>(TState state, Func<SqliteSession, TState, TResult> read)
    {
        var session = pool.Get();
        try
        {
            var result = read(session, state);
            pool.Return(session);
            return result;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public void Dispose() => (pool as IDisposable)?.Dispose();

    private sealed class Policy(SqliteFile file) : PooledObjectPolicy<SqliteSession>
    {
        public override SqliteSession Create() => file.OpenToRead();

        public override bool Return(SqliteSession obj) => true;
    }
}
