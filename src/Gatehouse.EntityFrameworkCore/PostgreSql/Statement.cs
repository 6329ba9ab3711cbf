using Microsoft.Extensions.ObjectPool;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>A command that is used again and again, by one caller at a time: its parameters are made and typed once.</summary>
internal sealed class Statement(NpgsqlCommand command)
{
    private int next;

    public NpgsqlCommand Command => command;

    /// <summary>The next parameter, in the order of <c>$1</c>, <c>$2</c>, …; null is NULL.</summary>
    public Statement With<T>(T value)
    {
        if (next == command.Parameters.Count) command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        else ((NpgsqlParameter<T>)command.Parameters[next]).TypedValue = value;
        next++;
        return this;
    }

    public void Rewind() => next = 0;
}

/// <summary>One statement, as often as there are callers at once.</summary>
/// <param name="source">Where it is sent.</param>
/// <param name="sql">What it says.</param>
/// <param name="limit">How long the database may work on it; null for what the connection string says.</param>
internal sealed class Statements(NpgsqlDataSource source, string sql, TimeSpan? limit = null)
{
    private readonly DefaultObjectPool<Statement> pool = new(new Policy(source, sql, limit), maximumRetained: 64);

    public Statement Rent() => pool.Get();

    /// <summary>Runs it and gives it back; returns how many rows it wrote. A statement that failed is left to the collector, whatever state it is in.</summary>
    public async Task<int> ExecuteAsync(Statement statement)
    {
        // Not cancelled on the way: a statement takes a millisecond, and cancelling one costs the database a connection.
        var rows = await statement.Command.ExecuteNonQueryAsync(CancellationToken.None);
        pool.Return(statement);
        return rows;
    }

    public void Return(Statement statement) => pool.Return(statement);

    private sealed class Policy(NpgsqlDataSource source, string sql, TimeSpan? limit) : PooledObjectPolicy<Statement>
    {
        public override Statement Create()
        {
            var command = source.CreateCommand(sql);
            if (limit is { } time) command.CommandTimeout = (int)time.TotalSeconds;
            return new(command);
        }

        public override bool Return(Statement obj)
        {
            obj.Rewind();
            return true;
        }
    }
}
