using System.Diagnostics;
using Gatehouse.EntityFrameworkCore.Sqlite;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Gatehouse.EntityFrameworkCore.Tests.Sqlite;

public sealed class SqliteWriterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-writer-").FullName;
    private readonly SqliteFile file;
    private readonly IOptions<StoreLimits> limits = Options.Create(new StoreLimits());

    public SqliteWriterTests()
    {
        file = new($"Data Source={Path.Combine(folder, "test.db")}");
        using var session = file.Open();
        session.Execute("CREATE TABLE t (n INTEGER PRIMARY KEY)");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_gathers_while_the_disk_is_busy_is_committed_together()
    {
        using var writer = new SqliteWriter(file, limits);
        using var busy = new ManualResetEventSlim();
        var first = writer.WriteAsync(session =>
        {
            busy.Wait();
            return Insert(session, 0);
        });
        var gathered = Enumerable.Range(1, 50).Select(n => writer.WriteAsync(session => Insert(session, n))).ToList();
        var version = DataVersion();
        busy.Set();
        await Task.WhenAll([first, .. gathered]);
        // SQLite counts the commits of others on each connection: one for the first, one for the fifty. See https://sqlite.org/pragma.html#pragma_data_version
        Assert.Equal(51, Count());
        Assert.InRange(version.ReadAgain() - version.Before, 1, 2);
        version.Dispose();
    }

    [Fact]
    public async Task One_that_fails_does_not_take_the_others_with_it()
    {
        using var writer = new SqliteWriter(file, limits);
        using var busy = new ManualResetEventSlim();
        var first = writer.WriteAsync(session =>
        {
            busy.Wait();
            return Insert(session, 7);
        });
        Task<int>[] gathered = [.. Enumerable.Range(5, 5).Select(n => writer.WriteAsync(session => Insert(session, n)))];
        busy.Set();
        await first;
        await Assert.ThrowsAsync<SqliteException>(() => gathered[2]);
        foreach (var other in gathered.Where((_, i) => i != 2)) Assert.Equal(1, await other);
        Assert.Equal(5, Count());
    }

    [Fact]
    public async Task Half_of_a_failed_transition_is_not_there()
    {
        using var writer = new SqliteWriter(file, limits);
        await Assert.ThrowsAsync<SqliteException>(() => writer.WriteAsync(session => Insert(session, 1) + Insert(session, 1)));
        Assert.Equal(0, Count());
        Assert.Equal(1, await writer.WriteAsync(session => Insert(session, 1)));
    }

    [Fact]
    public async Task Closing_writes_what_was_taken_and_takes_no_more()
    {
        var writer = new SqliteWriter(file, limits);
        var taken = Enumerable.Range(0, 2000).Select(n => writer.WriteAsync(session => Insert(session, n))).ToList();
        writer.Dispose();
        await Task.WhenAll(taken);
        Assert.Equal(2000, Count());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.WriteAsync(session => Insert(session, -1)));
    }

    /// <summary>As the command line is, while the app is as busy as it can be: it gets its turn, and nobody sees <c>database is locked</c>.</summary>
    [Fact]
    public async Task Another_process_gets_its_turn_while_the_writer_is_never_idle()
    {
        using var writer = new SqliteWriter(file, limits);
        using var done = new CancellationTokenSource();
        var next = 0;
        var load = Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await writer.WriteAsync(session => Insert(session, Interlocked.Increment(ref next)));
        })).ToList();
        while (Volatile.Read(ref next) < 500) await Task.Delay(1, TestContext.Current.CancellationToken);
        using var other = file.Open();
        var longest = TimeSpan.Zero;
        for (var i = 1; i <= 50; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Assert.Equal(1, Insert(other, -i));
            if (Stopwatch.GetElapsedTime(started) is var waited && waited > longest) longest = waited;
        }
        await done.CancelAsync();
        await Task.WhenAll(load);
        TestContext.Current.TestOutputHelper?.WriteLine($"{next} writes of ours; the other waited at most {longest}");
        Assert.True(longest < file.Patience / 3, $"It waited {longest}: too close to giving up.");
        Assert.Equal(next + 50, Count());
    }

    private static int Insert(SqliteSession session, int n) => session.Execute("INSERT INTO t VALUES ($1)", n);

    private long Count()
    {
        using var session = file.Open();
        using var row = session.Query("SELECT count(*) FROM t");
        row.Read();
        return row.GetInt64(0);
    }

    private CommitCount DataVersion() => new(file.Open());

    private sealed class CommitCount : IDisposable
    {
        private readonly SqliteSession session;

        public CommitCount(SqliteSession session)
        {
            this.session = session;
            Before = ReadAgain();
        }

        public long Before { get; }

        public long ReadAgain()
        {
            using var row = session.Query("PRAGMA data_version");
            row.Read();
            return row.GetInt64(0);
        }

        public void Dispose() => session.Dispose();
    }
}
