using System.Data.Common;
using System.Reflection;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

namespace Gatehouse.EntityFrameworkCore;

/// <summary>The database of <c>UseSqlite</c> or <c>UsePostgreSql</c> as its operator sees it. A singleton service.</summary>
public abstract class GatehouseDatabase
{
    // Only ours: whoever puts the tables in a context of their own migrates that context.
    private protected GatehouseDatabase() { }

    /// <summary>For PostgreSQL: a lock that ends with the transaction.</summary>
    internal const string WaitForOthersSql = "SELECT pg_advisory_xact_lock(hashtext('gatehouse_migrations'))";

    /// <summary>What is applied, what is missing, and what this build does not know. Changes nothing.</summary>
    public abstract Task<GatehouseDatabaseStatus> GetStatusAsync(CancellationToken ct = default);

    /// <summary>
    /// Brings the database up to date, creating it if need be, in one transaction and under a lock: several nodes may do this at once. Returns
    /// the migrations that were applied; empty if there was nothing to do.
    /// </summary>
    /// <exception cref="GatehouseDatabaseException">The database is newer than this build can work with.</exception>
    public abstract Task<IReadOnlyList<string>> MigrateAsync(CancellationToken ct = default);

    /// <summary>Returns if this build can work with the database (<see cref="GatehouseDatabaseStatus.IsUsable"/>).</summary>
    /// <exception cref="GatehouseDatabaseException">It is too new, or older. The message says which and what to do.</exception>
    public async Task EnsureUsableAsync(CancellationToken ct = default)
    {
        var status = await GetStatusAsync(ct);
        RefuseTooNew(status);
        if (status.Pending.Count > 0)
            throw new GatehouseDatabaseException(
                $"The Gatehouse database is older than this build: it lacks {string.Join(", ", status.Pending)}. "
                + "Run `gatehouse database migrate`, or set MigrateAtStartup to true. (gatehouse explain 7040)");
    }

    /// <summary>What is missing can be added; with what was taken away nobody can work. A build that is neither the older nor the newer one of the two does not touch the database.</summary>
    private protected static void RefuseTooNew(GatehouseDatabaseStatus status)
    {
        if (status.Unknown.Count > 0 && !status.IsUsable)
            throw new GatehouseDatabaseException(
                $"The Gatehouse database is newer than this build: it has {string.Join(", ", status.Unknown)}, which this build does not know and cannot work with. "
                + "Nothing was changed. Deploy the Gatehouse packages (and the `gatehouse` tool) of the version that upgraded it, or restore the backup taken before. (gatehouse explain 7041)");
    }
}

/// <param name="contexts">Make the tables.</param>
/// <param name="plain">Looks at them, as every start and every probe does.</param>
/// <param name="historyTable">Where EF notes what it has applied.</param>
internal sealed class GatehouseDatabase<TContext>(ContextSource<TContext> contexts, PlainSql<TContext> plain, string historyTable) : GatehouseDatabase where TContext : DbContext
{
    /// <summary>As EF finds them, without its services.</summary>
    private static readonly IReadOnlyList<string> known =
    [
        .. typeof(TContext).Assembly.GetTypes().Where(type => type.GetCustomAttribute<DbContextAttribute>()?.ContextType == typeof(TContext))
            .Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Order(StringComparer.Ordinal),
    ];

    private readonly string appliedSql = $"SELECT \"MigrationId\" FROM {historyTable} ORDER BY \"MigrationId\"";

    public override async Task<GatehouseDatabaseStatus> GetStatusAsync(CancellationToken ct = default)
    {
        try
        {
            return Compare(await plain.ReadAsync(appliedSql, static row => row.GetString(0), ct));
        }
        catch (DbException failure) when (plain.MeansNothingIsThere(failure))
        {
            return Compare([]);
        }
    }

    public override async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken ct = default)
    {
        if (await plain.TryMakeTablesAsync(historyTable, ReadScript(), ct)) return known;
        await using var lease = contexts.Lease(out var context);
        // Nobody waits for an answer, and others may be at it: whoever is second waits until the first is done.
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        await CreateIfMissingAsync(context, ct);

        // EF's own migration lock on SQLite is a row, which outlives a process that dies with it and then stops every later start. A
        // transaction cannot be left behind, and it makes the whole upgrade happen or not: both databases have transactional DDL.
        await using var transaction = await context.Database.BeginTransactionAsync(ct);
        await WaitForOthersAsync(context, ct);
        // Reading a history that is not there yet would fail, which ends a transaction of PostgreSQL.
        await context.GetService<IHistoryRepository>().CreateIfNotExistsAsync(ct);
        var status = Compare([.. await context.Database.GetAppliedMigrationsAsync(ct)]);
        RefuseTooNew(status);
        if (status.Pending.Count == 0) return [];

        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.Transaction = transaction.GetDbTransaction();
        command.CommandTimeout = 0;
        command.CommandText = context.GetService<IMigrator>().GenerateScript(status.Applied is [.., var last] ? last : null, options: MigrationsSqlGenerationOptions.NoTransactions);
        // To the last result: of what follows one, SQLite's driver keeps errors to itself, and half of it would be committed.
        await using (var results = await command.ExecuteReaderAsync(ct))
            while (await results.NextResultAsync(ct)) { }
        await transaction.CommitAsync(ct);
        return status.Pending;
    }

    /// <summary>All migrations in one, as EF writes them: where there is nothing yet, it need not write them again, and most of a first start is EF.</summary>
    private static string ReadScript()
    {
        using var reader = new StreamReader(typeof(TContext).Assembly.GetManifestResourceStream(typeof(TContext).Name + ".sql")!);
        return reader.ReadToEnd();
    }

    private static GatehouseDatabaseStatus Compare(List<string> applied) => new([.. known.Intersect(applied)], [.. known.Except(applied)], [.. applied.Except(known)]);

    private static async Task CreateIfMissingAsync(TContext context, CancellationToken ct)
    {
        var creator = context.GetService<IRelationalDatabaseCreator>();
        if (await creator.ExistsAsync(ct)) return;
        try
        {
            await creator.CreateAsync(ct);
        }
        catch (DbException) when (!ct.IsCancellationRequested)
        {
            // Another node was first; anything else that stopped us has stopped the database from existing, too.
            if (!await creator.ExistsAsync(ct)) throw;
        }
    }

    /// <summary>On SQLite the transaction itself, begun as IMMEDIATE, is the lock; PostgreSQL needs one by name, which ends with the transaction.</summary>
    private static async Task WaitForOthersAsync(TContext context, CancellationToken ct)
    {
        if (context.Database.IsNpgsql()) await context.Database.ExecuteSqlRawAsync(WaitForOthersSql, ct);
    }
}
