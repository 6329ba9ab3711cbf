using System.Collections.Concurrent;
using System.Data;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.Storage;
using Npgsql;
using Sql = Gatehouse.EntityFrameworkCore.PostgreSql.PostgreSqlStatements;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>
/// Each transition one statement, one round trip, on the provider's own driver: what EF does around a statement costs more than the
/// statement. The rules are the same, and so are the tests.
/// </summary>
internal sealed class PostgreSqlProtocolStore : IProtocolStore
{
    private readonly NpgsqlDataSource source;
    private readonly Statements find, findFamily, listFamilies, update, remember, recordUse, revokeSession, revokeFamily, revokeSubject, revokeClient, revokeSubjectAtClient;
    private readonly Statements[] sweeps;
    private readonly ConcurrentDictionary<int, Statements> starts = [], redemptions = [];

    public PostgreSqlProtocolStore(PostgreSqlConnections connections)
    {
        source = connections.DataSource;
        find = new(source, Sql.Find);
        findFamily = new(source, Sql.FindFamily);
        listFamilies = new(source, Sql.ListFamilies);
        recordUse = new(source, Sql.RecordUse);
        revokeSession = new(source, Sql.RevokeSession);
        update = new(source, Sql.Update);
        remember = new(source, Sql.Remember);
        revokeFamily = new(source, Sql.RevokeFamily);
        revokeSubject = new(source, Sql.RevokeSubject);
        revokeClient = new(source, Sql.RevokeClient);
        revokeSubjectAtClient = new(source, Sql.RevokeSubjectAtClient);
        // Families last, when no artifact that has expired is left for them to answer for.
        sweeps = [new(source, Sql.SweepArtifacts), new(source, Sql.SweepRememberedKeys), new(source, Sql.SweepFamilies)];
    }

    public async ValueTask<Artifact?> FindAsync(string id, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var statement = find.Rent();
        Artifact? artifact;
        await using (var reader = await statement.With(id).Command.ExecuteReaderAsync(CommandBehavior.SingleRow, CancellationToken.None))
            artifact = await reader.ReadAsync(CancellationToken.None) ? ReadArtifact(reader) : null;
        find.Return(statement);
        return artifact;
    }

    public async ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var statement = findFamily.Rent();
        Family? family;
        await using (var reader = await statement.With(id).Command.ExecuteReaderAsync(CommandBehavior.SingleRow, CancellationToken.None))
            family = await reader.ReadAsync(CancellationToken.None) ? ReadFamily(reader) : null;
        findFamily.Return(statement);
        return family;
    }

    public async ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var start = starts.GetOrAdd(artifacts.Count, static (count, source) => new(source, Sql.Start(count)), source);
        var statement = start.Rent().With(family.Id).With(family.ClientId).With(family.Subject).With(family.CreatedAt.ToMilliseconds()).With(family.ExpiresAt.ToMilliseconds())
            .With(family.SessionId).With(family.Scope);
        Add(statement, artifacts);
        await start.ExecuteAsync(statement);
    }

    public async ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var redeem = redemptions.GetOrAdd(successors.Count, static (count, source) => new(source, Sql.Redeem(count)), source);
        var statement = redeem.Rent().With(now.ToMilliseconds()).With(receipt?.ToBytes()).With(seen.Id);
        Add(statement, successors);
        return await redeem.ExecuteAsync(statement) > 0;
    }

    public async ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return await update.ExecuteAsync(update.Rent().With(payload).With(seen.Id).With(seen.Payload)) > 0;
    }

    public async ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await revokeFamily.ExecuteAsync(revokeFamily.Rent().With(now.ToMilliseconds()).With(familyId));
    }

    public async ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct)
    {
        if (subject is null && clientId is null) throw new ArgumentException("Name a subject, a client, or both.");
        ct.ThrowIfCancellationRequested();
        var revoke = subject is null ? revokeClient : clientId is null ? revokeSubject : revokeSubjectAtClient;
        var statement = revoke.Rent().With(now.ToMilliseconds());
        if (subject is not null) statement.With(subject);
        if (clientId is not null) statement.With(clientId);
        return await revoke.ExecuteAsync(statement);
    }

    public async ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return await revokeSession.ExecuteAsync(revokeSession.Rent().With(now.ToMilliseconds()).With(sessionId));
    }

    public async ValueTask<IReadOnlyList<Family>> ListFamiliesAsync(string subject, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var statement = listFamilies.Rent();
        var families = new List<Family>();
        await using (var reader = await statement.With(subject).With(now.ToMilliseconds()).Command.ExecuteReaderAsync(CancellationToken.None))
            while (await reader.ReadAsync(CancellationToken.None)) families.Add(ReadFamily(reader));
        listFamilies.Return(statement);
        return families;
    }

    public async ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        // In one order on every node: two of them that lock the same rows in different orders would wait for each other.
        var ordered = uses.OrderBy(use => use.FamilyId).ToList();
        await recordUse.ExecuteAsync(recordUse.Rent().With(ordered.ConvertAll(use => use.FamilyId).ToArray()).With(ordered.ConvertAll(use => use.At.ToMilliseconds()).ToArray()));
    }

    public async ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return await remember.ExecuteAsync(remember.Rent().With(key).With(until.ToMilliseconds())) > 0;
    }

    public async ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        var swept = 0;
        foreach (var sweep in sweeps)
        {
            if (swept >= limit) break;
            ct.ThrowIfCancellationRequested();
            swept += await sweep.ExecuteAsync(sweep.Rent().With(now.ToMilliseconds()).With((long)(limit - swept)));
        }
        return swept;
    }

    private static void Add(Statement statement, IReadOnlyList<Artifact> artifacts)
    {
        for (var i = 0; i < artifacts.Count; i++)
        {
            var artifact = artifacts[i];
            statement.With(artifact.Id).With(artifact.Kind).With(artifact.FamilyId).With(artifact.ClientId).With(artifact.Subject)
                .With(artifact.SecretHash.ToBytes()).With(artifact.Payload).With(artifact.ExpiresAt.ToMilliseconds());
        }
    }

    private static Artifact ReadArtifact(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetGuid(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4),
        row.GetFieldValue<byte[]>(5), row.GetString(6), row.GetInt64(7).ToInstant())
    {
        SpentAt = row.IsDBNull(8) ? null : row.GetInt64(8).ToInstant(),
        Receipt = (row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9)).ToMemory(),
    };

    private static Family ReadFamily(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3).ToInstant(), row.GetInt64(4).ToInstant())
    {
        RevokedAt = row.IsDBNull(5) ? null : row.GetInt64(5).ToInstant(),
        SessionId = row.IsDBNull(6) ? null : row.GetString(6),
        Scope = row.IsDBNull(7) ? null : row.GetString(7),
        LastUsedAt = row.IsDBNull(8) ? null : row.GetInt64(8).ToInstant(),
    };
}
