using Gatehouse.EntityFrameworkCore.Model;
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
            .ConvertAll(row => new StoredKey(row.Id, row.Algorithm, row.PublicKey, row.SealedPrivateKey, row.CreatedAt.ToInstant()));
    }

    public async ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var newest = await context.Set<SigningKeyRow>().AsNoTracking().OrderByDescending(row => row.Number).FirstOrDefaultAsync(ct);
        if (newest?.Id != newestSeen) return false;
        var sql = $$"""
            INSERT INTO {{context.TableOf<SigningKeyRow>()}} (id, number, algorithm, public_key, sealed_private_key, created_at)
            VALUES ({0}, {1}, {2}, {3}, {4}, {5}) ON CONFLICT (number) DO NOTHING
            """;
        object[] values = [key.Id, (newest?.Number ?? 0) + 1, key.Algorithm, key.PublicKey, key.SealedPrivateKey.ToBytes(), key.CreatedAt.ToMilliseconds()];
        return await context.Database.ExecuteSqlRawAsync(sql, values, ct) == 1;
    }
}
