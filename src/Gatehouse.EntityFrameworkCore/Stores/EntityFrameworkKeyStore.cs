using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.Keys;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Signing keys, numbered in the order in which they were added: the number is unique, so of two nodes that add at once one is first.</summary>
internal sealed class EntityFrameworkKeyStore<TContext>(PlainSql<TContext> plain) : IKeyStore
{
    private string Table => field ??= plain.TableOf<SigningKeyRow>();

    private string ListSql => field ??= $"SELECT id, algorithm, public_key, sealed_private_key, created_at, activates_at, retired_at, replacement FROM {Table} ORDER BY number";

    private string NewestSql => field ??= $"SELECT id, number FROM {Table} ORDER BY number DESC LIMIT 1";

    // The same key twice is a conflict too: it may be imported twice.
    private string AddSql => field ??= $"""
        INSERT INTO {Table} (id, number, algorithm, public_key, sealed_private_key, created_at, activates_at, retired_at, replacement)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
        """;

    private string RetireSql => field ??= $"UPDATE {Table} SET retired_at = $1 WHERE id = $2 AND retired_at IS NULL";

    private string ReplaceSql => field ??= $"UPDATE {Table} SET replacement = $1 WHERE id = $2 AND retired_at IS NULL AND replacement < $1";

    private string RemoveSql => field ??= $"DELETE FROM {Table} WHERE id = $1";

    public async ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct) => await plain.ReadAsync(ListSql, Read, ct);

    public async ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct)
    {
        var (newest, number) = (await plain.ReadAsync(NewestSql, static row => (Id: row.GetString(0), Number: row.GetInt32(1)), ct)).FirstOrDefault();
        return newest == newestSeen && await ChangeAsync(
            AddSql, ct, key.Id, number + 1, key.Algorithm, key.PublicKey, key.SealedPrivateKey.ToBytes(), key.CreatedAt.ToMilliseconds(), key.ActivatesAt.ToMilliseconds(), key.RetiredAt?.ToMilliseconds(), (int)key.Replacement);
    }

    public ValueTask<bool> TryRetireAsync(string id, DateTimeOffset now, CancellationToken ct) => ChangeAsync(RetireSql, ct, now.ToMilliseconds(), id);

    public ValueTask<bool> TryReplaceAsync(string id, KeyReplacement replacement, CancellationToken ct) => ChangeAsync(ReplaceSql, ct, (int)replacement, id);

    public ValueTask<bool> TryRemoveAsync(string id, CancellationToken ct) => ChangeAsync(RemoveSql, ct, id);

    private async ValueTask<bool> ChangeAsync(string sql, CancellationToken ct, params object?[] values)
    {
        var changed = await plain.ExecuteAsync(sql, ct, values) == 1;
        if (changed) await plain.TellAsync(StoreNotice.Keys, ct);
        return changed;
    }

    private static StoredKey Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3), row.GetInt64(4).ToInstant(), row.GetInt64(5).ToInstant())
        {
            RetiredAt = row.IsDBNull(6) ? null : row.GetInt64(6).ToInstant(),
            Replacement = (KeyReplacement)row.GetInt32(7),
        };
}
