using Gatehouse.Storage;
using Npgsql;
using static Gatehouse.EntityFrameworkCore.Tests.Faults.TestArtifacts;

namespace Gatehouse.EntityFrameworkCore.Tests.PostgreSql;

/// <summary>Strangers whose redemptions travel in one statement: both lanes are held up by rows that somebody has locked, and who comes meanwhile gathers.</summary>
public sealed class GatheredRedemptionTests(PostgreSqlDatabase database) : IClassFixture<PostgreSqlDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IProtocolStore Store => database.Node<IProtocolStore>();

    [Fact, Trait("SR", "SR-045")]
    public async Task Of_those_that_travel_together_each_wins_or_loses_for_itself()
    {
        var started = new List<Artifact>();
        for (var i = 0; i < 12; i++) started.Add(await StartAsync());
        var spent = started[5];
        Assert.True(await Store.TryRedeemAsync(spent, [], null, Now, Ct));

        await using var release = await OccupyAsync();
        // One was spent before, one is asked for three times, one wants to store an id that is taken.
        var successors = started.ConvertAll(artifact => artifact with { Id = NewArtifact(new(artifact.FamilyId, "client", null, Now, Now)).Id });
        successors[7] = successors[7] with { Id = started[0].Id };
        var asked = started.Select((artifact, i) => Store.TryRedeemAsync(artifact, [successors[i]], new byte[] { (byte)i }, Now, Ct).AsTask()).ToList();
        var again = new[] { 1, 2 }.Select(_ => Store.TryRedeemAsync(started[3], [NewArtifact(new(started[3].FamilyId, "client", null, Now, Now))], null, Now, Ct).AsTask()).ToList();
        await release.CommitAsync(Ct);

        await Assert.ThrowsAsync<PostgresException>(() => asked[7]);
        Assert.Single(await Task.WhenAll([asked[3], .. again]), won => won);
        for (var i = 0; i < asked.Count; i++)
        {
            if (i is 3 or 7) continue;
            Assert.Equal(i != 5, await asked[i]);
            Assert.Equal(i != 5, await Store.IsFoundAsync(successors[i]));
            if (i != 5) Assert.Equal([(byte)i], (await Store.FindAsync(started[i].Id, Ct))!.Receipt!.Value.ToArray());
        }
        Assert.Null((await Store.FindAsync(started[7].Id, Ct))!.SpentAt);
    }

    private async Task<Artifact> StartAsync()
    {
        var family = NewFamily();
        var artifact = NewArtifact(family);
        await Store.StartAsync(family, [artifact], Ct);
        return artifact;
    }

    /// <summary>Locks two rows and has them asked for, so that nothing leaves until the returned transaction ends.</summary>
    private async Task<NpgsqlTransaction> OccupyAsync()
    {
        Artifact[] locked = [await StartAsync(), await StartAsync()];
        var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Ct);
        var transaction = await connection.BeginTransactionAsync(Ct);
        await using (var hold = new NpgsqlCommand($"SELECT 1 FROM gatehouse_artifacts WHERE id IN ('{locked[0].Id}', '{locked[1].Id}') FOR UPDATE", connection, transaction))
            await hold.ExecuteNonQueryAsync(Ct);
        // On a line of its own: within a transaction that view never changes.
        await using var others = NpgsqlDataSource.Create(database.ConnectionString);
        await using var waiting = others.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        for (var i = 0; i < locked.Length; i++)
        {
            _ = Store.TryRedeemAsync(locked[i], [], null, Now, Ct).AsTask();
            while ((long)(await waiting.ExecuteScalarAsync(Ct))! < i + 1) await Task.Delay(10, Ct);
        }
        return transaction;
    }
}
