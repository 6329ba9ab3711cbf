using System.Data.Common;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.Keys;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Signing keys, numbered in the order in which they were added: the number is unique, so of two nodes that add at once one is first.</summary>
internal sealed class EntityFrameworkKeyStore<TContext>(ContextSource<TContext> contexts, PlainSql<TContext> plain) : IKeyStore where TContext : DbContext
{
    private string ListSql => field ??=
        $"SELECT id, algorithm, public_key, sealed_private_key, created_at, activates_at, retired_at, replacement FROM {plain.TableOf<SigningKeyRow>()} ORDER BY number";

    public async ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct) => await plain.ReadAsync(ListSql, Read, ct);

    public async ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var newest = await context.Set<SigningKeyRow>().AsNoTracking().OrderByDescending(row => row.Number).FirstOrDefaultAsync(ct);
        if (newest?.Id != newestSeen) return false;
        // The same key twice is a conflict too: it may be imported twice.
        var sql = $$"""
            INSERT INTO {{context.TableOf<SigningKeyRow>()}} (id, number, algorithm, public_key, sealed_private_key, created_at, activates_at, retired_at, replacement)
            VALUES ({0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}) ON CONFLICT DO NOTHING
            """;
        object?[] values =
        [
            key.Id, (newest?.Number ?? 0) + 1, key.Algorithm, key.PublicKey, key.SealedPrivateKey.ToBytes(), key.CreatedAt.ToMilliseconds(), key.ActivatesAt.ToMilliseconds(),
            key.RetiredAt?.ToMilliseconds(), (int)key.Replacement,
        ];
        return await ToldAsync(context, await context.Database.ExecuteSqlRawAsync(sql, values!, ct), ct);
    }

    public async ValueTask<bool> TryRetireAsync(string id, DateTimeOffset now, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return await ToldAsync(context, await Alive(context, id).ExecuteUpdateAsync(row => row.SetProperty(key => key.RetiredAt, now.ToMilliseconds()), ct), ct);
    }

    public async ValueTask<bool> TryReplaceAsync(string id, KeyReplacement replacement, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var asked = Alive(context, id).Where(key => key.Replacement < (int)replacement);
        return await ToldAsync(context, await asked.ExecuteUpdateAsync(row => row.SetProperty(key => key.Replacement, (int)replacement), ct), ct);
    }

    public async ValueTask<bool> TryRemoveAsync(string id, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return await ToldAsync(context, await context.Set<SigningKeyRow>().Where(key => key.Id == id).ExecuteDeleteAsync(ct), ct);
    }

    private static async ValueTask<bool> ToldAsync(TContext context, int changed, CancellationToken ct)
    {
        if (changed == 1) await context.TellAsync(StoreNotice.Keys, ct);
        return changed == 1;
    }

    private static StoredKey Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<byte[]>(3), row.GetInt64(4).ToInstant(), row.GetInt64(5).ToInstant())
        {
            RetiredAt = row.IsDBNull(6) ? null : row.GetInt64(6).ToInstant(),
            Replacement = (KeyReplacement)row.GetInt32(7),
        };

    private static IQueryable<SigningKeyRow> Alive(TContext context, string id) => context.Set<SigningKeyRow>().Where(key => key.Id == id && key.RetiredAt == null);
}
