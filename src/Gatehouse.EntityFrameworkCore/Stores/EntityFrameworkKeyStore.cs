using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.Keys;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Signing keys, numbered in the order in which they were added: the number is unique, so of two nodes that add at once one is first.</summary>
internal sealed class EntityFrameworkKeyStore<TContext>(ContextSource<TContext> contexts) : IKeyStore where TContext : DbContext
{
    public async ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return (await context.Set<SigningKeyRow>().AsNoTracking().OrderBy(row => row.Number).ToListAsync(ct))
            .ConvertAll(row => new StoredKey(row.Id, row.Algorithm, row.PublicKey, row.SealedPrivateKey, row.CreatedAt.ToInstant(), row.ActivatesAt.ToInstant())
            {
                RetiredAt = row.RetiredAt?.ToInstant(),
                Replacement = (KeyReplacement)row.Replacement,
            });
    }

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

    private static IQueryable<SigningKeyRow> Alive(TContext context, string id) => context.Set<SigningKeyRow>().Where(key => key.Id == id && key.RetiredAt == null);
}
