using System.Data;
using System.Runtime.CompilerServices;
using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Stores;

/// <summary>Clients in one table. Every change raises the version in the same transaction, so whoever reads the new version reads the change.</summary>
internal sealed class EntityFrameworkClientStore<TContext>(ContextSource<TContext> contexts) : IClientStore where TContext : DbContext
{
    public async ValueTask<Client?> FindAsync(string clientId, CancellationToken ct)
    {
        await using var lease = contexts.Lease(out var context);
        var row = await context.Set<ClientRow>().AsNoTracking().SingleOrDefaultAsync(row => row.Id == clientId, ct);
        return row?.ToClient();
    }

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
        List<string> ids;
        await using (contexts.Lease(out var context))
            ids = await context.Set<ClientRow>().Where(row => row.UnusedUntil < before).OrderBy(row => row.UnusedUntil).Select(row => row.Id).Take(limit).ToListAsync(ct);
        if (ids.Count == 0) return 0;
        var removed = 0;
        // Asked once more in the same statement: one of them may have been used for the first time just now.
        await ChangeAsync(async context => (removed = await context.Set<ClientRow>().Where(row => ids.Contains(row.Id) && row.UnusedUntil < before).ExecuteDeleteAsync(ct)) > 0, ct);
        return removed;
    }

    public async ValueTask<long> ReadVersionAsync(CancellationToken ct)
    {
        // Every node asks twice a second: on the bare connection, so that it neither costs nor logs what a query of EF does.
        await using var lease = contexts.Lease(out var context);
        await context.Database.OpenConnectionAsync(ct);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT value FROM {context.TableOf<VersionRow>()} WHERE name = '{VersionRow.Clients}'";
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), null);
    }

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
