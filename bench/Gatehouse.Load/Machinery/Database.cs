using System.Globalization;
using Gatehouse.Testing;
using Npgsql;

namespace Gatehouse.Load.Machinery;

/// <summary>The private PostgreSQL of this run, on the load's core. Every commit reaches the disk.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly PostgresCluster cluster;
    private readonly NpgsqlDataSource administration;

    private Database(PostgresCluster cluster, NpgsqlDataSource administration) => (this.cluster, this.administration) = (cluster, administration);

    public int ProcessId { get; private set; }

    public string Version { get; private set; } = "";

    public static async Task<Database> StartAsync()
    {
        var cluster = await PostgresCluster.StartNewAsync();
        var database = new Database(cluster, NpgsqlDataSource.Create(await cluster.CreateDatabaseAsync()));
        database.ProcessId = int.Parse(await database.ReadAsync(@"select split_part(pg_read_file('postmaster.pid'), E'\n', 1)"), CultureInfo.InvariantCulture);
        database.Version = await database.ReadAsync("show server_version");
        await Pinned.MoveAsync(Pinned.LoadCore, database.ProcessId);
        return database;
    }

    /// <summary>A new, empty database for one server.</summary>
    public Task<string> CreateAsync() => cluster.CreateDatabaseAsync();

    /// <summary>So that no run pays for the writes of the run before.</summary>
    public async Task CheckpointAsync()
    {
        await using var checkpoint = administration.CreateCommand("checkpoint");
        await checkpoint.ExecuteNonQueryAsync();
    }

    /// <summary>Of all databases, until now. A backend that idles says what it did after ten seconds.</summary>
    public async Task<long> CountTransactionsAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(11));
        return long.Parse(await ReadAsync("select sum(xact_commit)::text from pg_stat_database"), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await administration.DisposeAsync();
        await cluster.DisposeAsync();
    }

    private async Task<string> ReadAsync(string sql)
    {
        await using var command = administration.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
