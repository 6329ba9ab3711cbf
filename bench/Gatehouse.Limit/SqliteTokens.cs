using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Limit;

/// <summary>
/// SQLite takes one writer at a time: one thread writes, and commits in one durable transaction what has gathered meanwhile. Reads go
/// to one connection per thread.
/// </summary>
#pragma warning disable CA1001 // It lives as long as the process.
internal sealed class SqliteTokens : ITokens
{
    private const string Schema = """
        create table token (hash blob primary key, client_id text not null, subject text, scope text not null, kind integer not null,
            family blob not null, created_at integer not null, expires_at integer not null, consumed_at integer) without rowid
        """;

    private sealed record Write(byte[]? Old, byte[] New, string Subject, TaskCompletionSource<bool> Done);

    private readonly BlockingCollection<Write> queue = [];
    private readonly ThreadLocal<SqliteCommand> find;
    private readonly SqliteConnection writer;

    public SqliteTokens(string connection)
    {
        writer = Open(connection);
        Command(writer, "pragma journal_mode = wal").ExecuteNonQuery();
        Command(writer, "pragma synchronous = full").ExecuteNonQuery();
        Command(writer, Schema).ExecuteNonQuery();
        find = new(() => Command(Open(connection), "select subject from token where hash = $hash and consumed_at is null and expires_at > $now", "$hash", "$now"));
        new Thread(WriteAll) { IsBackground = true }.Start();
    }

    public Task InsertAsync(byte[] hash, string subject) => Enqueue(null, hash, subject);

    public Task<bool> TryRotateAsync(byte[] old, byte[] successor) => Enqueue(old, successor, "alice");

    public Task<string?> FindAsync(byte[] hash)
    {
        Set(find.Value!, hash, Now());
        return Task.FromResult(find.Value!.ExecuteScalar() as string);
    }

    private Task<bool> Enqueue(byte[]? old, byte[] successor, string subject)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(new(old, successor, subject, done));
        return done.Task;
    }

    private void WriteAll()
    {
        var begin = Command(writer, "begin immediate");
        var commit = Command(writer, "commit");
        var insert = Command(writer, "insert into token values ($hash, 'bench-client', $subject, 'api offline_access', 1, $family, $now, $expires, null)", "$hash", "$subject", "$family", "$now", "$expires");
        var spend = Command(writer, "update token set consumed_at = $now where hash = $hash and consumed_at is null and expires_at > $now returning family", "$hash", "$now");
        var gathered = new List<(Write Write, bool Won)>();

        foreach (var first in queue.GetConsumingEnumerable())
        {
            gathered.Clear();
            begin.ExecuteNonQuery();
            for (var write = first; write is not null; write = gathered.Count < 256 && queue.TryTake(out var next) ? next : null)
                gathered.Add((write, Apply(write)));
            commit.ExecuteNonQuery();
            foreach (var (write, won) in gathered) write.Done.SetResult(won);
        }

        bool Apply(Write write)
        {
            var now = Now();
            var family = Guid.NewGuid().ToByteArray();
            if (write.Old is not null)
            {
                Set(spend, write.Old, now);
                if (spend.ExecuteScalar() is not byte[] existing) return false;
                family = existing;
            }
            Set(insert, write.New, write.Subject, family, now, now + 1_209_600);
            insert.ExecuteNonQuery();
            return true;
        }
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    private static SqliteConnection Open(string connection)
    {
        var open = new SqliteConnection(connection + ";Pooling=false");
        open.Open();
        return open;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters) command.Parameters.AddWithValue(parameter, DBNull.Value);
        return command;
    }

    private static void Set(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }
}
