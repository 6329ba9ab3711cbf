using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Clients in one table. Every change raises the version in the same transaction, so whoever reads the new version reads the change.</summary>
internal sealed class EntityFrameworkClientStore<TContext>(ContextSource<TContext> contexts, PlainSql<TContext> plain) : IClientStore where TContext : DbContext
{
    private string FindSql => field ??= $"SELECT client_id, metadata, secrets, created_at, registration, unused_until FROM {plain.TableOf<ClientRow>()} WHERE client_id = $1";

    private string UnusedSql => field ??= $"SELECT client_id FROM {plain.TableOf<ClientRow>()} WHERE unused_until < $1 ORDER BY unused_until LIMIT $2";

    private string VersionSql => field ??= $"SELECT value FROM {plain.TableOf<VersionRow>()} WHERE name = '{VersionRow.Clients}'";

    public async ValueTask<Client?> FindAsync(string clientId, CancellationToken ct) => await plain.ReadAsync(FindSql, Read, ct, clientId) is [var row] ? row.ToClient() : null;

    public async ValueTask<IReadOnlyList<Client>> ListAsync(string? afterId, int limit, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var rows = context.Set<ClientRow>().AsNoTracking();
        if (afterId is not null) rows = rows.Where(row => row.Id.CompareTo(afterId) > 0);
        return (await rows.OrderBy(row => row.Id).Take(limit).ToListAsync(ct)).ConvertAll(StoredClient.ToClient);
    }

    public async ValueTask<bool> TryCreateAsync(Client client, CancellationToken ct)
    {
        var row = client.ToRow();
        return await ChangeAsync(async context =>
        {
            FormattableString sql = FormattableStringFactory.Create(
                $"INSERT INTO {context.TableOf<ClientRow>()} (client_id, metadata, secrets, created_at, registration, unused_until) VALUES ({{0}}, {{1}}, {{2}}, {{3}}, {{4}}, {{5}}) ON CONFLICT DO NOTHING",
                row.Id, row.Metadata, row.Secrets, row.CreatedAt, row.Registration, row.UnusedUntil);
            return await context.Database.ExecuteSqlAsync(sql, ct) == 1;
        }, ct);
    }

    public async ValueTask<bool> TryUpdateAsync(Client client, CancellationToken ct)
    {
        var (metadata, secrets, registration) = (StoredClient.MetadataOf(client), StoredClient.SecretsOf(client), StoredClient.RegistrationOf(client));
        return await ChangeAsync(async context => await context.Set<ClientRow>().Where(row => row.Id == client.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Metadata, metadata).SetProperty(row => row.Secrets, secrets).SetProperty(row => row.Registration, registration), ct) == 1, ct);
    }

    public async ValueTask<bool> TryDeleteAsync(string clientId, CancellationToken ct) =>
        await ChangeAsync(async context => await context.Set<ClientRow>().Where(row => row.Id == clientId).ExecuteDeleteAsync(ct) == 1, ct);

    public async ValueTask MarkUsedAsync(string clientId, CancellationToken ct) =>
        await ChangeAsync(async context => await context.Set<ClientRow>().Where(row => row.Id == clientId && row.UnusedUntil != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UnusedUntil, (long?)null), ct) == 1, ct);

    public async ValueTask<int> SweepUnusedAsync(DateTimeOffset now, int limit, CancellationToken ct)
    {
        var before = now.ToMilliseconds();
        var ids = await plain.ReadAsync(UnusedSql, static row => row.GetString(0), ct, before, limit);
        if (ids.Count == 0) return 0; // as nearly always
        var removed = 0;
        // Asked once more in the same statement: one of them may have been used for the first time just now.
        await ChangeAsync(async context => (removed = await context.Set<ClientRow>().Where(row => ids.Contains(row.Id) && row.UnusedUntil < before).ExecuteDeleteAsync(ct)) > 0, ct);
        return removed;
    }

    public async ValueTask<long> ReadVersionAsync(CancellationToken ct) => (await plain.ReadAsync(VersionSql, static row => row.GetInt64(0), ct))[0];

    private static ClientRow Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Metadata = row.GetString(1),
        Secrets = row.GetString(2),
        CreatedAt = row.GetInt64(3),
        Registration = row.IsDBNull(4) ? null : row.GetString(4),
        UnusedUntil = row.IsDBNull(5) ? null : row.GetInt64(5),
    };

    /// <summary>Raises the version first: its row is the lock that puts changes in one order, so that a version is never seen before a smaller one.</summary>
    private async Task<bool> ChangeAsync(Func<TContext, Task<bool>> change, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        return await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            context.ChangeTracker.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);
            await context.Set<VersionRow>().Where(row => row.Name == VersionRow.Clients).ExecuteUpdateAsync(set => set.SetProperty(row => row.Value, row => row.Value + 1), ct);
            if (!await change(context)) return false;
            await transaction.CommitAsync(ct);
            await context.TellAsync(StoreNotice.Clients, ct);
            return true;
        });
    }
}
