using Microsoft.Data.Sqlite;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>The file, and how to open it. Every connection of ours waits for a writer in another process instead of failing with <c>database is locked</c>.</summary>
internal sealed record SqliteFile
{
    /// <summary>How long to wait for another process, which should hold the lock for milliseconds: half a minute, if nobody waits for us.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    // The connections are kept by whoever opens them, so the driver's own pool would only keep the file open after us.
    private readonly string connectionString, readersConnectionString;

    public SqliteFile(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString);
        if (builder.Mode is SqliteOpenMode.Memory || builder.DataSource is "" or ":memory:")
            throw new ArgumentException(
                $"UseSqlite needs a file, and `{connectionString}` names none: say `Data Source=gatehouse.db`, or call UseInMemoryStores() if everything may be forgotten. (gatehouse explain 7034)", nameof(connectionString));
        builder.Pooling = false;
        this.connectionString = builder.ConnectionString;
        // Who only looks whether there is a database must not make an empty one.
        if (builder.Mode is SqliteOpenMode.ReadWriteCreate) builder.Mode = SqliteOpenMode.ReadWrite;
        readersConnectionString = builder.ConnectionString;
    }

    /// <summary>For the writer, which touches pages all over the file: what it needs stays in memory, and pages that change again and again are copied back less often.</summary>
    public SqliteSession OpenToWrite()
    {
        var session = Open();
        session.Execute("PRAGMA cache_size = -8192");
        session.Execute("PRAGMA wal_autocheckpoint = 4000");
        return session;
    }

    public SqliteSession Open() => Open(connectionString);

    public SqliteSession OpenToRead() => Open(readersConnectionString);

    private SqliteSession Open(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            // Readers and the writer do not wait for each other (WAL), and what was committed survives a power cut (FULL).
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA busy_timeout = {Patience.TotalMilliseconds:F0}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
            command.ExecuteNonQuery();
            return new(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
