using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;
using Sql = Gatehouse.EntityFrameworkCore.Sqlite.SqliteStatements;

namespace Gatehouse.EntityFrameworkCore.Sqlite;

/// <summary>Reads on connections of their own, writes through the one <see cref="SqliteWriter"/>, where they also take their order: nothing races inside this process.</summary>
internal sealed class SqliteProtocolStore(SqliteWriter writer, SqliteReaders readers) : IProtocolStore
{
    public ValueTask<Artifact?> FindAsync(string id, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(readers.Read(id, static (session, id) =>
        {
            using var row = session.Query(Sql.Find, id);
            return row.Read() ? ReadArtifact(row) : null;
        }));
    }

    public ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(readers.Read(id, static (session, id) =>
        {
            using var row = session.Query(Sql.FindFamily, id);
            return row.Read() ? ReadFamily(row) : null;
        }));
    }

    public ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session =>
        {
            session.Execute(Sql.AddFamily, family.Id, family.ClientId, family.Subject, family.CreatedAt.ToMilliseconds(), family.ExpiresAt.ToMilliseconds(), family.SessionId, family.Scope);
            Add(session, artifacts);
            return true;
        }));
    }

    public ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session =>
        {
            if (session.Execute(Sql.Spend, seen.Id, now.ToMilliseconds(), receipt?.ToBytes()) == 0) return false;
            Add(session, successors);
            return true;
        }));
    }

    public ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session => session.Execute(Sql.Update, seen.Id, seen.Payload, payload) > 0));
    }

    public ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session => session.Execute(Sql.RevokeFamily, familyId, now.ToMilliseconds())));
    }

    public ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct)
    {
        if (subject is null && clientId is null) throw new ArgumentException("Name a subject, a client, or both.");
        ct.ThrowIfCancellationRequested();
        var revokedAt = now.ToMilliseconds();
        return new(writer.WriteAsync(session =>
            subject is null ? session.Execute(Sql.RevokeClient, clientId, revokedAt)
            : clientId is null ? session.Execute(Sql.RevokeSubject, subject, revokedAt)
            : session.Execute(Sql.RevokeSubjectAtClient, subject, clientId, revokedAt)));
    }

    public ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session => session.Execute(Sql.RevokeSession, sessionId, now.ToMilliseconds())));
    }

    public ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session => session.Execute(Sql.RevokeSubjectExcept, subject, sessionId, now.ToMilliseconds())));
    }

    public ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(readers.Read<(string Subject, string After, int Limit, long Now), IReadOnlyList<ClientAccess>>((subject, after, limit, now.ToMilliseconds()), static (session, of) =>
        {
            using var row = session.Query(Sql.ListClients, of.Subject, of.Now, of.After, of.Limit);
            var clients = new List<ClientAccess>();
            while (row.Read()) clients.AddPart(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3));
            return clients;
        }));
    }

    public ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session =>
        {
            foreach (var use in uses) session.Execute(Sql.RecordUse, use.FamilyId, use.At.ToMilliseconds());
            return true;
        }));
    }

    public ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return new(writer.WriteAsync(session => session.Execute(Sql.Remember, key, until.ToMilliseconds()) > 0));
    }

    public ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var expired = now.ToMilliseconds();
        return new(writer.WriteAsync(session =>
        {
            var swept = session.Execute(Sql.SweepArtifacts, expired, limit);
            if (swept < limit) swept += session.Execute(Sql.SweepRememberedKeys, expired, limit - swept);
            // Last, when no artifact that has expired is left for them to answer for.
            if (swept < limit) swept += session.Execute(Sql.SweepFamilies, expired, limit - swept);
            return swept;
        }));
    }

    private static void Add(SqliteSession session, IReadOnlyList<Artifact> artifacts)
    {
        for (var i = 0; i < artifacts.Count; i++)
        {
            var artifact = artifacts[i];
            session.Execute(Sql.AddArtifact, artifact.Id, artifact.Kind, artifact.FamilyId, artifact.ClientId, artifact.Subject,
                artifact.SecretHash.ToBytes(), artifact.Payload, artifact.ExpiresAt.ToMilliseconds());
        }
    }

    private static Artifact ReadArtifact(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetGuid(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4),
        row.GetFieldValue<byte[]>(5), row.GetString(6), row.GetInt64(7).ToInstant())
    {
        SpentAt = row.IsDBNull(8) ? null : row.GetInt64(8).ToInstant(),
        Receipt = (row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9)).ToMemory(),
    };

    private static Family ReadFamily(SqliteDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt64(3).ToInstant(), row.GetInt64(4).ToInstant())
    {
        RevokedAt = row.IsDBNull(5) ? null : row.GetInt64(5).ToInstant(),
        SessionId = row.IsDBNull(6) ? null : row.GetString(6),
        Scope = row.IsDBNull(7) ? null : row.GetString(7),
        LastUsedAt = row.IsDBNull(8) ? null : row.GetInt64(8).ToInstant(),
    };
}
