using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.Storage;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>
/// The protocol's memory in any <see cref="DbContext"/>. Each transition is one statement or one <c>SaveChanges</c>, which EF sends as one
/// transaction; who is first is decided by <c>WHERE … IS NULL</c>, never by having looked before.
/// </summary>
internal sealed class EntityFrameworkProtocolStore<TContext>(ContextSource<TContext> contexts) : IProtocolStore where TContext : DbContext
{
    public async ValueTask<Artifact?> FindAsync(string id, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var row = await (
            from artifact in context.Set<ArtifactRow>().AsNoTracking()
            join family in context.Set<FamilyRow>() on artifact.FamilyId equals family.Id
            where artifact.Id == id && family.RevokedAt == null
            select artifact).SingleOrDefaultAsync(ct);
        return row?.ToArtifact();
    }

    public async ValueTask<Family?> FindFamilyAsync(Guid id, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var row = await context.Set<FamilyRow>().AsNoTracking().SingleOrDefaultAsync(family => family.Id == id, ct);
        return row?.ToFamily();
    }

    public async ValueTask StartAsync(Family family, IReadOnlyList<Artifact> artifacts, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        context.Add(family.ToRow());
        foreach (var artifact in artifacts) context.Add(artifact.ToRow());
        await context.SaveChangesAsync(ct);
    }

    public async ValueTask<bool> TryRedeemAsync(Artifact seen, IReadOnlyList<Artifact> successors, ReadOnlyMemory<byte>? receipt, DateTimeOffset now, CancellationToken ct)
    {
        var spentAt = now.ToMilliseconds();
        if (seen.SpentAt is not null || seen.ExpiresAt.ToMilliseconds() <= spentAt) return false;
        await using var lease = contexts.Lease(out var context);

        // The attached rows claim that both instants are null, and become `UPDATE … WHERE id = … AND spent_at IS NULL` and `… AND revoked_at IS NULL`.
        var artifact = context.Attach(seen.ToRow());
        artifact.Entity.SpentAt = spentAt;
        artifact.Entity.Receipt = receipt?.ToBytes();
        // Writing null over null changes nothing in the family, but it makes a revocation wait, or makes us lose to it.
        context.Attach(new FamilyRow { Id = seen.FamilyId, ClientId = seen.ClientId }).Property(family => family.RevokedAt).IsModified = true;
        foreach (var successor in successors) context.Add(successor.ToRow());
        try
        {
            await context.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    public async ValueTask<bool> TryUpdateAsync(Artifact seen, string payload, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var live = context.Set<FamilyRow>().Where(family => family.RevokedAt == null);
        return await context.Set<ArtifactRow>()
            .Where(row => row.Id == seen.Id && row.SpentAt == null && row.Payload == seen.Payload && live.Any(family => family.Id == row.FamilyId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Payload, payload), ct) == 1;
    }

    public async ValueTask RevokeFamilyAsync(Guid familyId, DateTimeOffset now, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        await RevokeAsync(context.Set<FamilyRow>().Where(family => family.Id == familyId), now, ct);
    }

    public async ValueTask<int> RevokeFamiliesAsync(string? subject, string? clientId, DateTimeOffset now, CancellationToken ct)
    {
        if (subject is null && clientId is null) throw new ArgumentException("Name a subject, a client, or both.");
        await using var lease = contexts.Lease(out var context);
        IQueryable<FamilyRow> families = context.Set<FamilyRow>();
        if (subject is not null) families = families.Where(family => family.Subject == subject);
        if (clientId is not null) families = families.Where(family => family.ClientId == clientId);
        return await RevokeAsync(families, now, ct);
    }

    public async ValueTask<int> RevokeSessionAsync(string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return await RevokeAsync(context.Set<FamilyRow>().Where(family => family.SessionId == sessionId), now, ct);
    }

    public async ValueTask<int> RevokeFamiliesExceptAsync(string subject, string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return await RevokeAsync(context.Set<FamilyRow>().Where(family => family.Subject == subject && family.SessionId != sessionId), now, ct);
    }

    public async ValueTask<IReadOnlyList<ClientAccess>> ListClientsAsync(string subject, string after, int limit, DateTimeOffset now, CancellationToken ct)
    {
        var at = now.ToMilliseconds();
        await using var lease = contexts.Lease(out var context);
        var living = context.Set<FamilyRow>().Where(family => family.Subject == subject && family.RevokedAt == null && family.ExpiresAt > at);
        var ids = living.Select(family => family.ClientId).Distinct().After(after, context).Take(limit);
        var parts =
            from family in living
            where ids.Contains(family.ClientId)
            group family by new { family.ClientId, family.Scope } into part
            orderby part.Key.ClientId
            select new { part.Key.ClientId, part.Key.Scope, Since = part.Min(family => family.CreatedAt), LastUsedAt = part.Max(family => family.LastUsedAt) };
        var clients = new List<ClientAccess>();
        await foreach (var part in parts.AsAsyncEnumerable().WithCancellation(ct)) clients.AddPart(part.ClientId, part.Scope, part.Since, part.LastUsedAt);
        return [.. clients.OrderBy(client => client.ClientId, StringComparer.Ordinal)];
    }

    public async ValueTask RecordUseAsync(IReadOnlyList<FamilyUse> uses, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        foreach (var use in uses)
        {
            var (id, at) = (use.FamilyId, use.At.ToMilliseconds());
            await context.Set<FamilyRow>().Where(family => family.Id == id && (family.LastUsedAt == null || family.LastUsedAt < at))
                .ExecuteUpdateAsync(set => set.SetProperty(family => family.LastUsedAt, at), ct);
        }
    }

    public async ValueTask<bool> TryRememberAsync(string key, DateTimeOffset until, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var sql = $"INSERT INTO {context.TableOf<RememberedKeyRow>()} (key, expires_at) VALUES ({{0}}, {{1}}) ON CONFLICT DO NOTHING";
        return await context.Database.ExecuteSqlRawAsync(sql, [key, until.ToMilliseconds()], ct) == 1;
    }

    public async ValueTask<int> SweepAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        var expired = now.ToMilliseconds();
        await using var lease = contexts.Lease(out var context);
        var (artifacts, keys, families) = (context.Set<ArtifactRow>(), context.Set<RememberedKeyRow>(), context.Set<FamilyRow>());
        var swept = await artifacts.Where(row => artifacts.Where(old => old.ExpiresAt <= expired).OrderBy(old => old.ExpiresAt).Take(limit).Select(old => old.Id).Contains(row.Id)).ExecuteDeleteAsync(ct);
        var rest = limit - swept;
        if (rest > 0) swept += await keys.Where(row => keys.Where(old => old.ExpiresAt <= expired).OrderBy(old => old.ExpiresAt).Take(rest).Select(old => old.Key).Contains(row.Key)).ExecuteDeleteAsync(ct);
        rest = limit - swept;
        // Last, when no artifact that has expired is left: a family that forgot its end would bring its artifacts back.
        if (rest > 0) swept += await families.Where(row => families.Where(old => old.ExpiresAt <= expired).OrderBy(old => old.ExpiresAt).Take(rest).Select(old => old.Id).Contains(row.Id)).ExecuteDeleteAsync(ct);
        return swept;
    }

    private static Task<int> RevokeAsync(IQueryable<FamilyRow> families, DateTimeOffset now, CancellationToken ct)
    {
        var revokedAt = now.ToMilliseconds();
        return families.Where(family => family.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(family => family.RevokedAt, revokedAt), ct);
    }
}
