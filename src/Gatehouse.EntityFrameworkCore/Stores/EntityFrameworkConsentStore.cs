using System.Linq.Expressions;
using Gatehouse.Authorize;
using Gatehouse.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

internal sealed class EntityFrameworkConsentStore<TContext>(ContextSource<TContext> contexts) : IConsentStore where TContext : DbContext
{
    public async ValueTask<StoredConsent?> FindAsync(string subject, string clientId, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var row = await context.Set<ConsentRow>().AsNoTracking().SingleOrDefaultAsync(Of(subject, clientId), ct);
        return row is null ? null : ToConsent(row);
    }

    public async ValueTask<IReadOnlyList<StoredConsent>> ListAsync(string subject, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return (await context.Set<ConsentRow>().AsNoTracking().Where(row => row.Subject == subject).OrderBy(row => row.ClientId).ToListAsync(ct)).ConvertAll(ToConsent);
    }

    public async ValueTask SaveAsync(StoredConsent consent, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        if (await ReplaceAsync(context, consent, ct)) return;
        context.Add(new ConsentRow { Subject = consent.Subject, ClientId = consent.ClientId, Scope = consent.Scope, GrantedAt = consent.GrantedAt.ToMilliseconds() });
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // The same user, in two tabs: the later answer stands.
            if (!await ReplaceAsync(context, consent, ct)) throw;
        }
    }

    public async ValueTask DeleteAsync(string subject, string clientId, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        await context.Set<ConsentRow>().Where(Of(subject, clientId)).ExecuteDeleteAsync(ct);
    }

    private static async Task<bool> ReplaceAsync(TContext context, StoredConsent consent, CancellationToken ct)
    {
        var grantedAt = consent.GrantedAt.ToMilliseconds();
        return await context.Set<ConsentRow>().Where(Of(consent.Subject, consent.ClientId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Scope, consent.Scope).SetProperty(row => row.GrantedAt, grantedAt), ct) == 1;
    }

    private static Expression<Func<ConsentRow, bool>> Of(string subject, string clientId) => row => row.Subject == subject && row.ClientId == clientId;

    private static StoredConsent ToConsent(ConsentRow row) => new(row.Subject, row.ClientId, row.Scope, row.GrantedAt.ToInstant());
}
