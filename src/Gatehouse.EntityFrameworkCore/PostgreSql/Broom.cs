using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>Sweeps one table, in batches that each begin where the last one ended.</summary>
/// <remarks>
/// What was deleted stays in the index until a vacuum, and as long as anybody has a snapshot from before (a dump, a report, a standby that reads), nobody may pass it over. A batch that began at the oldest
/// entry would read all that the batches before it left behind: the time of a run would grow with its square.
/// </remarks>
internal sealed class Broom(NpgsqlDataSource source, string sql)
{
    private const long Beginning = long.MinValue;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    private readonly Statements statements = new(source, sql, patience);
    private long reached = Beginning;

    /// <summary>Removes at most <paramref name="limit"/> rows that expired by <paramref name="now"/>; fewer only if there were no more.</summary>
    public async Task<int> SweepAsync(long now, int limit)
    {
        var from = Volatile.Read(ref reached);
        var swept = await SweepAsync(now, limit, from);
        // At the end, once more from the beginning: for rows that somebody else was holding, and for those that were stored with a time long past.
        return swept == limit || from == Beginning ? swept : swept + await SweepAsync(now, limit - swept, Beginning);
    }

    private async Task<int> SweepAsync(long now, int limit, long from)
    {
        var statement = statements.Rent();
        int swept;
        await using (var reader = await statement.With(now).With((long)limit).With(from).Command.ExecuteReaderAsync(CancellationToken.None))
        {
            await reader.ReadAsync(CancellationToken.None);
            swept = (int)reader.GetInt64(0);
            Volatile.Write(ref reached, swept < limit ? Beginning : reader.GetInt64(1));
        }
        statements.Return(statement);
        return swept;
    }
}
