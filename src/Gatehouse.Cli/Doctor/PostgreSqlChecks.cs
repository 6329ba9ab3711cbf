using System.Globalization;
using Gatehouse.Cli.App;
using Npgsql;

namespace Gatehouse.Cli.Doctor;

/// <summary>What an operator of PostgreSQL should know before the night: durability, standbys, connections, and tables that are not cleaned up.</summary>
internal static class PostgreSqlChecks
{
    private const double FewConnectionsLeft = 0.8;

    /// <summary>The sweeper runs every minute, and keeps what has expired for five more by default.</summary>
    private static readonly TimeSpan SweptBy = TimeSpan.FromMinutes(30), LongTransaction = TimeSpan.FromMinutes(5);

    public static async Task<IReadOnlyList<Check>> RunAsync(AppDatabase database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database.Location.ConnectionString);
        return [await DurabilityAsync(source, ct), await StandbysAsync(source, ct), await ConnectionsAsync(source, ct), await CleanUpAsync(source, database.Clock, ct), await TransactionsAsync(source, ct)];
    }

    private static async Task<Check> DurabilityAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var row = await RowAsync(source, "SELECT pg_is_in_recovery(), current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes')", ct);
        if ((bool)row[0]!) return Check.Fail("primary", "this is a standby, which cannot be written to", "Name all hosts in the connection string, with Target Session Attributes=primary.");
        return (row[1], row[2], row[3]) is ("on", not "off", "on")
            ? Check.Ok("durability", $"what is committed is on disk (synchronous_commit={row[2]})")
            : Check.Warn("durability", $"fsync={row[1]}, synchronous_commit={row[2]}, full_page_writes={row[3]}: a crash may lose what was answered already", "Set fsync=on, full_page_writes=on and synchronous_commit=on. A refresh token that was rotated and then forgotten is a replay when it comes again.");
    }

    private static async Task<Check> StandbysAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var row = await RowAsync(source, "SELECT count(*), count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')), coalesce(max(extract(epoch FROM replay_lag)), 0)::float8 FROM pg_stat_replication", ct);
        var (all, synchronous, lag) = ((long)row[0]!, (long)row[1]!, (double)row[2]!);
        if (all == 0) return Check.Ok("standbys", "none");
        var detail = string.Create(CultureInfo.InvariantCulture, $"{all}, of them {synchronous} synchronous; {lag:F1} s behind at most");
        return synchronous > 0 ? Check.Ok("standbys", detail)
            : Check.Warn("standbys", detail, "A failover may forget the last tokens. Set synchronous_standby_names, for example to 'ANY 1 (*)': see docs/cluster.md.");
    }

    private static async Task<Check> ConnectionsAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var row = await RowAsync(source, "SELECT count(*), current_setting('max_connections')::bigint FROM pg_stat_activity WHERE backend_type = 'client backend'", ct);
        var (used, most) = ((long)row[0]!, (long)row[1]!);
        return used < most * FewConnectionsLeft ? Check.Ok("connections", $"{used} of {most} in use")
            : Check.Warn("connections", $"{used} of {most} in use", "Raise max_connections, lower Maximum Pool Size in the connection strings of the nodes (100 each by default), or put PgBouncer between.");
    }

    private static async Task<Check> CleanUpAsync(NpgsqlDataSource source, TimeProvider clock, CancellationToken ct)
    {
        var row = await RowAsync(source, "SELECT (SELECT min(expires_at) FROM gatehouse_artifacts), coalesce(n_dead_tup, 0), coalesce(n_live_tup, 0) FROM pg_stat_user_tables WHERE relname = 'gatehouse_artifacts'", ct);
        var overdue = row[0] is long oldest ? clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(oldest) : TimeSpan.Zero;
        var (dead, live) = ((long)row[1]!, (long)row[2]!);
        if (overdue > SweptBy)
            return Check.Warn("clean-up", $"the oldest artifact expired {Math.Round(overdue.TotalHours, 1).ToString(CultureInfo.InvariantCulture)} hours ago", "No node sweeps: see that one runs, that Gatehouse:Sweeper:Enabled is not false everywhere, and its log for event 1701.");
        return dead > 100_000 && dead > live
            ? Check.Warn("clean-up", $"gatehouse_artifacts has {dead} dead rows and {live} live ones", "Autovacuum does not keep up: lower autovacuum_vacuum_scale_factor for this table, and look for old transactions.")
            : Check.Ok("clean-up", "what has expired is removed");
    }

    private static async Task<Check> TransactionsAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        var row = await RowAsync(source, "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()", ct);
        var oldest = TimeSpan.FromSeconds((double)row[0]!);
        return oldest < LongTransaction ? Check.Ok("transactions", "none is old")
            : Check.Warn("transactions", $"the oldest has been open for {(int)oldest.TotalMinutes} minutes", "It keeps every dead row of every table from being removed. Gatehouse has none of more than seconds: see pg_stat_activity for whose it is.");
    }

    private static async Task<object?[]> RowAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var row = new object?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        return row;
    }
}
