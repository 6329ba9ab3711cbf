using Gatehouse.Storage;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>
/// An advisory lock. It belongs to a transaction and not to a session, so it also works through a pooler. The transaction reads and writes nothing, so it holds up no vacuum; a node that is frozen in its turn
/// loses it after a while, and two that sweep at once do no harm.
/// </summary>
internal sealed class PostgreSqlSweepTurns(PostgreSqlConnections connections) : ISweepTurns
{
    public async ValueTask<IAsyncDisposable?> TryTakeAsync(CancellationToken ct)
    {
        var connection = await connections.DataSource.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct);
            await using var take = new NpgsqlCommand("SELECT set_config('idle_in_transaction_session_timeout', '10min', true), pg_try_advisory_xact_lock(hashtext('gatehouse_sweep'))", connection, transaction);
            await using (var reader = await take.ExecuteReaderAsync(ct))
                if (await reader.ReadAsync(ct) && reader.GetBoolean(1)) return new Turn(connection);
            await connection.DisposeAsync();
            return null;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closing the connection rolls the transaction back.</summary>
    private sealed class Turn(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.DisposeAsync();
            }
            catch (Exception)
            {
                // The line has broken, however the driver says so, and the turn is over all the same. The sweeper goes on.
            }
        }
    }
}
