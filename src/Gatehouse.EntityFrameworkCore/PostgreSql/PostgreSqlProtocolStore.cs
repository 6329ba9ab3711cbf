using System.Data;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.Storage;
using Microsoft.Extensions.Options;
using Npgsql;
using Sql = Gatehouse.EntityFrameworkCore.PostgreSql.PostgreSqlStatements;

namespace Gatehouse.EntityFrameworkCore.PostgreSql;

/// <summary>
/// Each transition one statement, one round trip, on the provider's own driver: what EF does around a statement costs more than the
/// statement. What every request asks for is asked together with what others ask at that moment. The rules are the same, and so are the tests.
/// </summary>
internal sealed class PostgreSqlProtocolStore : IProtocolStore, IDisposable
{
    /// <summary>All that one client ever held may be a million rows, and ends in one statement or not at all.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(10);

    private readonly TimeSpan limit;
    private readonly Gathered<string, Artifact?> finds;
    private readonly Gathered<Started, bool> starts;
    private readonly Gathered<Redemption, bool> redemptions;
    private readonly Statements find, findFamily, listClients, start, redeem, update, remember, recordUse, revokeSession, revokeFamily, revokeSubject, revokeClient, revokeSubjectAtClient, revokeSubjectExcept, tell;
    private readonly Broom[] sweeps;

    public PostgreSqlProtocolStore(PostgreSqlConnections connections, IOptions<StoreLimits> options)
    {
        var (source, limits) = (connections.DataSource, options.Value);
        limit = limits.Timeout;
        (finds, starts, redemptions) = (new(FindAsync, limits, TimeProvider.System), new(StartAsync, limits, TimeProvider.System), new(RedeemAsync, limits, TimeProvider.System));
        find = new(source, Sql.Find);
        findFamily = new(source, Sql.FindFamily);
        listClients = new(source, Sql.ListClients);
        recordUse = new(source, Sql.RecordUse);
        revokeSession = new(source, Sql.RevokeSession);
        start = new(source, Sql.Start);
        redeem = new(source, Sql.Redeem);
        update = new(source, Sql.Update);
        remember = new(source, Sql.Remember);
        revokeFamily = new(source, Sql.RevokeFamily);
        revokeSubject = new(source, Sql.RevokeSubject);
        revokeClient = new(source, Sql.RevokeClient, patience);
        revokeSubjectAtClient = new(source, Sql.RevokeSubjectAtClient);
        revokeSubjectExcept = new(source, Sql.RevokeSubjectExcept);
        tell = new(source, Sql.Tell);
        // Families last, when no artifact that has expired is left for them to answer for.
        sweeps = [new(source, Sql.SweepArtifacts), new(source, Sql.SweepRememberedKeys), new(source, Sql.SweepFamilies)];
    }

    public void Dispose()
    {
        finds.Dispose();
        starts.Dispose();
        redemptions.Dispose();
    }

    private sealed record Started(Family Family, IReadOnlyList<Artifact> Artifacts);

    private sealed record Redemption(Artifact Seen, IReadOnlyList<Artifact> Successors, byte[]? Receipt, long Now);

    public ValueTask<Artifact?> FindAsync(string id, CancellationToken ct) => new(finds.AskAsync(id, ct));

    public ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct) => new(starts.AskAsync(new(family, artifacts), ct));

    public ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct) =>
        successors.Count == 0 && receipt is null ? RevokeAloneAsync(seen, now, ct) : new(redemptions.AskAsync(new(seen, successors, receipt?.ToBytes(), now.ToMilliseconds()), ct));

    private async ValueTask<bool> RevokeAloneAsync(Artifact seen, DateTimeOffset now, CancellationToken ct)
    {
        var won = await redemptions.AskAsync(new(seen, [], null, now.ToMilliseconds()), ct);
        await TellAsync(won ? 1 : 0, StoreNotice.Token + seen.Id);
        return won;
    }

    public ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct) => Within(Begin(ct), FindFamilyAsync(id));

    private async Task<Family?> FindFamilyAsync(Guid id)
    {
        var statement = findFamily.Rent();
        Family? family;
        await using (var reader = await statement.With(id).Command.ExecuteReaderAsync(CommandBehavior.SingleRow, CancellationToken.None))
            family = await reader.ReadAsync(CancellationToken.None) ? ReadFamily(reader) : null;
        findFamily.Return(statement);
        return family;
    }

    public async ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct) =>
        await Within(Begin(ct), update.ExecuteAsync(update.Rent().With(payload).With(seen.Id).With(seen.Payload))) > 0;

    public async ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct) =>
        await TellAsync(await Within(Begin(ct), revokeFamily.ExecuteAsync(revokeFamily.Rent().With(now.ToMilliseconds()).With(familyId))), $"{StoreNotice.Family}{familyId}");

    public async ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct)
    {
        if (subject is null && clientId is null) throw new ArgumentException("Name a subject, a client, or both.");
        ct.ThrowIfCancellationRequested();
        var revoke = subject is null ? revokeClient : clientId is null ? revokeSubject : revokeSubjectAtClient;
        var statement = revoke.Rent().With(now.ToMilliseconds());
        if (subject is not null) statement.With(subject);
        if (clientId is not null) statement.With(clientId);
        return await TellAsync(revoke == revokeClient ? await revoke.ExecuteAsync(statement) : await Within(Begin(ct), revoke.ExecuteAsync(statement)), StoreNotice.Of(subject));
    }

    public async ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        var (ended, subject) = await Within(Begin(ct), RevokeSessionAsync(sessionId, now.ToMilliseconds()));
        return await TellAsync(ended, StoreNotice.Of(subject));
    }

    /// <summary>How many, and whose if they are all of one user's.</summary>
    private async Task<(int Ended, string? Subject)> RevokeSessionAsync(string sessionId, long now)
    {
        var statement = revokeSession.Rent();
        var subjects = new List<string?>();
        await using (var reader = await statement.With(now).With(sessionId).Command.ExecuteReaderAsync(CancellationToken.None))
            while (await reader.ReadAsync(CancellationToken.None)) subjects.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        revokeSession.Return(statement);
        return (subjects.Count, subjects.Distinct(StringComparer.Ordinal).Count() == 1 ? subjects[0] : null);
    }

    public async ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct) =>
        await TellAsync(await Within(Begin(ct), revokeSubjectExcept.ExecuteAsync(revokeSubjectExcept.Rent().With(now.ToMilliseconds()).With(subject).With(sessionId))), StoreNotice.Of(subject));

    public ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct) =>
        Within(Begin(ct), ListClientsAsync(subject, after, limit, now.ToMilliseconds()));

    private async Task<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, long now)
    {
        var statement = listClients.Rent();
        var clients = new List<ClientAccess>();
        await using (var reader = await statement.With(subject).With(now).With(after).With((long)limit).Command.ExecuteReaderAsync(CancellationToken.None))
            while (await reader.ReadAsync(CancellationToken.None))
                clients.AddPart(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt64(3));
        listClients.Return(statement);
        return clients;
    }

    public async ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        // In one order on every node: two of them that lock the same rows in different orders would wait for each other.
        var ordered = uses.OrderBy(use => use.FamilyId).ToList();
        await recordUse.ExecuteAsync(recordUse.Rent().With(ordered.ConvertAll(use => use.FamilyId).ToArray()).With(ordered.ConvertAll(use => use.At.ToMilliseconds()).ToArray()));
    }

    public async ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct) =>
        await Within(Begin(ct), remember.ExecuteAsync(remember.Rent().With(key).With(until.ToMilliseconds()))) > 0;

    public async ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        var swept = 0;
        foreach (var sweep in sweeps)
        {
            if (swept >= limit) break;
            ct.ThrowIfCancellationRequested();
            swept += await sweep.SweepAsync(now.ToMilliseconds(), limit - swept);
        }
        return swept;
    }

    /// <summary>If something was ended, the other nodes hear of it before whoever ended it has their answer. Nothing hangs on it, so a line that breaks here is not the caller's trouble.</summary>
    private async ValueTask<int> TellAsync(int ended, string notice)
    {
        if (ended == 0) return 0;
        try
        {
            await tell.ExecuteAsync(tell.Rent().With(notice)).WaitAsync(StoreNotice.Patience);
        }
        catch (Exception)
        {
            // It is ended; the others find out by themselves.
        }
        return ended;
    }

    private StoreCall Begin(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return StoreCall.Begin(limit);
    }

    /// <summary>The driver has limits of its own, one for each thing that it does; this one is for all of them together. What was asked goes on, and how it ends is not known.</summary>
    private static async ValueTask<T> Within<T>(StoreCall call, Task<T> asked)
    {
        using (call) return await asked.WaitAsync(call.Left);
    }

    private async Task<Artifact?[]> FindAsync(List<Gathered<string, Artifact?>.Waiting> asked)
    {
        var found = new Artifact?[asked.Count];
        var statement = find.Rent().With(Each(asked, static asked => asked.Call));
        await using (var reader = await statement.Command.ExecuteReaderAsync(CancellationToken.None))
            while (await reader.ReadAsync(CancellationToken.None)) found[reader.GetInt64(0) - 1] = ReadArtifact(reader);
        find.Return(statement);
        return found;
    }

    private async Task<bool[]> StartAsync(List<Gathered<Started, bool>.Waiting> asked)
    {
        var statement = start.Rent()
            .With(Each(asked, static asked => asked.Call.Family.Id)).With(Each(asked, static asked => asked.Call.Family.ClientId)).With(Each(asked, static asked => asked.Call.Family.Subject))
            .With(Each(asked, static asked => asked.Call.Family.CreatedAt.ToMilliseconds())).With(Each(asked, static asked => asked.Call.Family.ExpiresAt.ToMilliseconds()))
            .With(Each(asked, static asked => asked.Call.Family.SessionId)).With(Each(asked, static asked => asked.Call.Family.Scope));
        await start.ExecuteAsync(Add(statement, asked.ConvertAll(static asked => asked.Call.Artifacts), out _));
        return new bool[asked.Count];
    }

    private async Task<bool[]> RedeemAsync(List<Gathered<Redemption, bool>.Waiting> asked)
    {
        // In one order on every node: whoever waits for a row holds none that the other one needs.
        asked.Sort(static (one, other) => string.CompareOrdinal(one.Call.Seen.Id, other.Call.Seen.Id));
        var won = new bool[asked.Count];
        var statement = redeem.Rent()
            .With(Each(asked, static asked => asked.Call.Seen.Id)).With(Each(asked, static asked => asked.Call.Now)).With(Each(asked, static asked => asked.Call.Receipt));
        Add(statement, asked.ConvertAll(static asked => asked.Call.Successors), out var numbers).With(numbers);
        await using (var reader = await statement.Command.ExecuteReaderAsync(CancellationToken.None))
            while (await reader.ReadAsync(CancellationToken.None)) won[reader.GetInt64(0) - 1] = true;
        redeem.Return(statement);
        return won;
    }

    /// <summary>All artifacts of all callers, a parameter for each column; <paramref name="numbers"/> says which caller each belongs to, from 1 on.</summary>
    private static Statement Add(Statement statement, List<IReadOnlyList<Artifact>> artifacts, out long[] numbers)
    {
        var all = new List<Artifact>(artifacts.Count * 2);
        var owners = new List<long>(artifacts.Count * 2);
        for (var i = 0; i < artifacts.Count; i++)
            foreach (var artifact in artifacts[i])
            {
                all.Add(artifact);
                owners.Add(i + 1);
            }
        numbers = [.. owners];
        return statement.With(Each(all, static a => a.Id)).With(Each(all, static a => a.Kind)).With(Each(all, static a => a.FamilyId)).With(Each(all, static a => a.ClientId))
            .With(Each(all, static a => a.Subject)).With(Each(all, static a => a.SecretHash.ToBytes())).With(Each(all, static a => a.Payload)).With(Each(all, static a => a.ExpiresAt.ToMilliseconds()));
    }

    private static TColumn[] Each<TRow, TColumn>(List<TRow> rows, Func<TRow, TColumn> column)
    {
        var values = new TColumn[rows.Count];
        for (var i = 0; i < values.Length; i++) values[i] = column(rows[i]);
        return values;
    }

    private static Artifact ReadArtifact(NpgsqlDataReader row) => new(
        row.GetString(1), row.GetString(2), row.GetGuid(3), row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5),
        row.GetFieldValue<byte[]>(6), row.GetString(7), row.GetInt64(8).ToInstant())
    {
        SpentAt = row.IsDBNull(9) ? null : row.GetInt64(9).ToInstant(),
        Receipt = (row.IsDBNull(10) ? null : row.GetFieldValue<byte[]>(10)).ToMemory(),
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
