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
        var newest = await NewestAsync(context, ct);
        if (newest?.Id != newestSeen) return false;
        context.Add(new SigningKeyRow
        {
            Id = key.Id,
            Number = (newest?.Number ?? 0) + 1,
            Algorithm = key.Algorithm,
            PublicKey = key.PublicKey,
            SealedPrivateKey = key.SealedPrivateKey.ToBytes(),
            CreatedAt = key.CreatedAt.ToMilliseconds(),
        });
        try
        {
            await context.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException)
        {
            // The number is taken, or something is broken; only the first has an answer.
            if ((await NewestAsync(context, ct))?.Id != newestSeen) return false;
            throw;
        }
    }

    private static Task<SigningKeyRow?> NewestAsync(TContext context, CancellationToken ct) =>
        context.Set<SigningKeyRow>().AsNoTracking().OrderByDescending(row => row.Number).FirstOrDefaultAsync(ct);
}
