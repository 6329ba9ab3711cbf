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

    public async ValueTask<IReadOnlyList<StoredConsent>> ListAsync(string subject, string after, int limit, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var rows = context.Set<ConsentRow>().AsNoTracking().Where(row => row.Subject == subject);
        var ids = rows.Select(row => row.ClientId).After(after, context).Take(limit);
        return [.. (await rows.Where(row => ids.Contains(row.ClientId)).ToListAsync(ct)).OrderBy(row => row.ClientId, StringComparer.Ordinal).Select(ToConsent)];
    }

    public async ValueTask SaveAsync(StoredConsent consent, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        // Of two tabs, the later answer stands.
        var sql = $$"""
            INSERT INTO {{context.TableOf<ConsentRow>()}} (subject, client_id, scope, granted_at) VALUES ({0}, {1}, {2}, {3})
            ON CONFLICT (subject, client_id) DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at
            """;
        await context.Database.ExecuteSqlRawAsync(sql, [consent.Subject, consent.ClientId, consent.Scope, consent.GrantedAt.ToMilliseconds()], ct);
    }

    public async ValueTask DeleteAsync(string subject, string clientId, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        await context.Set<ConsentRow>().Where(Of(subject, clientId)).ExecuteDeleteAsync(ct);
    }

    private static Expression<Func<ConsentRow, bool>> Of(string subject, string clientId) => row => row.Subject == subject && row.ClientId == clientId;

    private static StoredConsent ToConsent(ConsentRow row) => new(row.Subject, row.ClientId, row.Scope, row.GrantedAt.ToInstant());
}
