using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.Storage;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.PostgreSql;

public sealed class SweepLockTests(PostgreSqlDatabase database) : IClassFixture<PostgreSqlDatabase>
{
    private static readonly DateTimeOffset longAgo = DateTimeOffset.UnixEpoch.AddDays(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Held open in the middle of a batch, it stands in nobody's way: not even of another sweeper, who takes other rows.</summary>
    [Fact]
    public async Task A_batch_is_bounded_and_locks_rows_and_no_table()
    {
        var (store, now) = (database.Node<IProtocolStore>(), TimeProvider.System.GetUtcNow());
        var family = new Family(Guid.CreateVersion7(), "client", "alice", longAgo, now.AddDays(1));
        var live = New(family, "live", now.AddDays(1));
        await store.StartAsync(family, [live, .. Enumerable.Range(0, 25).Select(n => New(family, $"expired{n}", longAgo))], Ct);

        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using (var sweep = new NpgsqlCommand(PostgreSqlStatements.SweepArtifacts, connection, transaction)
        {
            Parameters = { new() { Value = longAgo.ToUnixTimeMilliseconds() }, new() { Value = 10L }, new() { Value = long.MinValue } },
        })
            Assert.Equal(10L, await sweep.ExecuteScalarAsync(Ct));

        await using (var locks = new NpgsqlCommand("SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation IN (SELECT oid FROM pg_class WHERE relname LIKE '%gatehouse%')", connection, transaction))
        {
            await using var reader = await locks.ExecuteReaderAsync(Ct);
            var modes = new List<string>();
            while (await reader.ReadAsync(Ct)) modes.Add(reader.GetString(0));
            // What any UPDATE takes: they conflict with changes of the table itself, and with nothing else.
            Assert.Contains("RowExclusiveLock", modes);
            Assert.Empty(modes.Except(["AccessShareLock", "RowShareLock", "RowExclusiveLock"]));
        }
        Assert.True(await store.TryRedeemAsync(live, [New(family, "successor", now.AddDays(1))], null, now, Ct));
        Assert.Equal(15, await store.SweepAsync(longAgo, 100, Ct));
        await transaction.RollbackAsync(Ct);
        Assert.Equal(10, await store.SweepAsync(longAgo, 100, Ct));
    }

    private static Artifact New(Family family, string id, DateTimeOffset expires) => new(id, "refresh_token", family.Id, family.ClientId, family.Subject, new byte[32], "{}", expires);
}
