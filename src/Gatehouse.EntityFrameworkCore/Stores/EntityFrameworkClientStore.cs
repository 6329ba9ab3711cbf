using System.Data.Common;
using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.EntityFrameworkCore.PostgreSql;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Clients in one table. Every change raises the version in the same transaction, so whoever reads the new version reads the change.</summary>
internal sealed class EntityFrameworkClientStore<TContext>(PlainSql<TContext> plain) : IClientStore
{
    private static string Columns => "client_id, metadata, secrets, created_at, registration, unused_until";

    private string Table => field ??= plain.TableOf<ClientRow>();

    private string FindSql => field ??= $"SELECT {Columns} FROM {Table} WHERE client_id = $1";

    private string ListSql => field ??= $"SELECT {Columns} FROM {Table} WHERE client_id > $1 ORDER BY client_id LIMIT $2";

    private string CreateSql => field ??= $"INSERT INTO {Table} ({Columns}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

    private string UpdateSql => field ??= $"UPDATE {Table} SET metadata = $1, secrets = $2, registration = $3 WHERE client_id = $4";

    private string DeleteSql => field ??= $"DELETE FROM {Table} WHERE client_id = $1";

    private string MarkUsedSql => field ??= $"UPDATE {Table} SET unused_until = NULL WHERE client_id = $1 AND unused_until IS NOT NULL";

    private string UnusedSql => field ??= $"SELECT client_id FROM {Table} WHERE unused_until < $1 ORDER BY unused_until LIMIT $2";

    // Asked again: one of them may have been used for the first time just now.
    private string SweepSql => field ??= $"DELETE FROM {Table} WHERE client_id IN ({UnusedSql}) AND unused_until < $1";

    private string VersionSql => field ??= $"SELECT value FROM {plain.TableOf<VersionRow>()} WHERE name = '{VersionRow.Clients}'";

    private string RaiseVersionSql => field ??= $"UPDATE {plain.TableOf<VersionRow>()} SET value = value + 1 WHERE name = '{VersionRow.Clients}'";

    public async ValueTask<Client?> FindAsync(string clientId, CancellationToken ct) => await plain.ReadAsync(FindSql, Read, ct, clientId) is [var row] ? row.ToClient() : null;

    public async ValueTask<IReadOnlyList<Client>> ListAsync(string? afterId, int limit, CancellationToken ct) => (await plain.ReadAsync(ListSql, Read, ct, afterId ?? "", limit)).ConvertAll(StoredClient.ToClient);

    public async ValueTask<bool> TryCreateAsync(Client client, CancellationToken ct)
    {
        var row = client.ToRow();
        return await ChangeAsync(CreateSql, ct, row.Id, row.Metadata, row.Secrets, row.CreatedAt, row.Registration, row.UnusedUntil) > 0;
    }

    public async ValueTask<bool> TryUpdateAsync(Client client, CancellationToken ct) =>
        await ChangeAsync(UpdateSql, ct, StoredClient.MetadataOf(client), StoredClient.SecretsOf(client), StoredClient.RegistrationOf(client), client.Id) > 0;

    public async ValueTask<bool> TryDeleteAsync(string clientId, CancellationToken ct) => await ChangeAsync(DeleteSql, ct, clientId) > 0;

    public async ValueTask MarkUsedAsync(string clientId, CancellationToken ct) => await ChangeAsync(MarkUsedSql, ct, clientId);

    public async ValueTask<int> SweepUnusedAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        var before = now.ToMilliseconds();
        var isNone = (await plain.ReadAsync(UnusedSql, static row => row.GetString(0), ct, before, 1)).Count == 0; // as nearly always
        return isNone ? 0 : await ChangeAsync(SweepSql, ct, before, limit);
    }

    public async ValueTask<long> ReadVersionAsync(CancellationToken ct) => (await plain.ReadAsync(VersionSql, static row => row.GetInt64(0), ct))[0];

    /// <summary>Raises the version first: its row is the lock that puts changes in one order, so that a version is never seen before a smaller one.</summary>
    private async ValueTask<int> ChangeAsync(string sql, CancellationToken ct, params object?[] values)
    {
        var changed = await plain.ChangeAsync([new(RaiseVersionSql), new(sql, values)], ct);
        if (changed > 0) await plain.TellAsync(StoreNotice.Clients, ct);
        return changed;
    }

    private static ClientRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Metadata = row.GetString(1),
        Secrets = row.GetString(2),
        CreatedAt = row.GetInt64(3),
        Registration = row.IsDBNull(4) ? null : row.GetString(4),
        UnusedUntil = row.IsDBNull(5) ? null : row.GetInt64(5),
    };
}
