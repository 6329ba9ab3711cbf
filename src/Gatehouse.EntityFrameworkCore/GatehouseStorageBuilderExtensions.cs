using Gatehouse;
using Gatehouse.Audit;
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Diagnostics;
using Gatehouse.EntityFrameworkCore;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.EntityFrameworkCore.Sqlite;
using Gatehouse.EntityFrameworkCore.Stores;
using Gatehouse.Keys;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Throttling;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Where Gatehouse keeps its state. Call one of them; the last call counts.</summary>
public static class GatehouseStorageBuilderExtensions
{
    /// <summary>A SQLite file of Gatehouse's own, created and brought up to date at start-up. For one machine; for several use PostgreSQL.</summary>
    /// <param name="builder">What <c>AddGatehouse</c> returned.</param>
    /// <param name="connectionString">For example <c>Data Source=gatehouse.db</c>. A relative path starts at the current folder.</param>
    /// <param name="configure">Changes how the database is treated; see <see cref="GatehouseDatabaseOptions"/>.</param>
    public static GatehouseBuilder UseSqlite(this GatehouseBuilder builder, string connectionString, Action<GatehouseDatabaseOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var services = builder.AddStores<SqliteGatehouseContext>().AddDatabase<SqliteGatehouseContext>(configure).Services;
        services.AddDbContextPool<SqliteGatehouseContext>((provider, context) => Quieten(context)
            .UseSqlite(connectionString, sqlite => sqlite.MigrationsHistoryTable(HistoryTable)).AddInterceptors(new WaitForTheLock(LimitsOf(provider).Timeout)));
        var file = new SqliteFile(connectionString);
        services.Replace(ServiceDescriptor.Singleton(provider => file with { Patience = LimitsOf(provider).Timeout }));
        services.TryAddSingleton<SqliteWriter>();
        services.TryAddSingleton<SqliteReaders>();
        services.TryAddSingleton<PlainSql<SqliteGatehouseContext>, SqlitePlainSql<SqliteGatehouseContext>>();
        services.Replace(ServiceDescriptor.Singleton<IProtocolStore, SqliteProtocolStore>());
        services.Replace(ServiceDescriptor.Singleton<IAttemptStore, SqliteAttemptStore>());
        return builder;
    }

    /// <summary>A PostgreSQL database, created if it does not exist and brought up to date at start-up. The tables are named <c>gatehouse_…</c>, so they can live beside others.</summary>
    /// <param name="builder">What <c>AddGatehouse</c> returned.</param>
    /// <param name="connectionString">As Npgsql reads it, for example <c>Host=db;Database=gatehouse;Username=gatehouse</c>.</param>
    /// <param name="configure">Changes how the database is treated; see <see cref="GatehouseDatabaseOptions"/>.</param>
    public static GatehouseBuilder UsePostgreSql(this GatehouseBuilder builder, string connectionString, Action<GatehouseDatabaseOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var services = builder.AddStores<PostgreSqlGatehouseContext>().AddDatabase<PostgreSqlGatehouseContext>(configure).Services;
        services.AddDbContextPool<PostgreSqlGatehouseContext>((provider, context) => Quieten(context)
            .UseNpgsql(provider.GetRequiredService<PostgreSqlConnections>().DataSource, npgsql => npgsql.MigrationsHistoryTable(HistoryTable)
                // What makes a database asks here; stores have their own limit, per lease.
                .CommandTimeout((int)TimeSpan.FromMinutes(10).TotalSeconds)).AddInterceptors(provider.GetRequiredService<PostgreSqlConnections>().WithinTheRequest));
        services.Replace(ServiceDescriptor.Singleton(provider => new PostgreSqlConnections(connectionString, LimitsOf(provider))));
        services.TryAddSingleton<PlainSql<PostgreSqlGatehouseContext>, PostgreSqlPlainSql<PostgreSqlGatehouseContext>>();
        services.Replace(ServiceDescriptor.Singleton<IProtocolStore, PostgreSqlProtocolStore>());
        services.Replace(ServiceDescriptor.Singleton<ISweepTurns, PostgreSqlSweepTurns>());
        services.Replace(ServiceDescriptor.Singleton(provider => new ListenerConnection(connectionString, LimitsOf(provider))));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ChangeListener>());
        services.UseDatabaseClock();
        return builder;
    }

    /// <summary>
    /// The app's own database: <typeparamref name="TContext"/> is registered by the app, calls <c>modelBuilder.UseGatehouse()</c> in its
    /// <c>OnModelCreating</c>, and is migrated by the app. SQLite and PostgreSQL are tested. The two other ways are faster.
    /// </summary>
    public static GatehouseBuilder AddEntityFrameworkStores<TContext>(this GatehouseBuilder builder) where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        // An app may write to its SQLite file whenever it likes: then we wait, and so does it.
        builder.Services.ConfigureDbContext<TContext>((provider, context) => context.AddInterceptors(new WaitForTheLock(LimitsOf(provider).Timeout), WithinTheRequest.OfTheApp(LimitsOf(provider))));
        builder.Services.AddHostedService<AppContextStartup<TContext>>();
        builder.Services.TryAddSingleton<PlainSql<TContext>, ContextPlainSql<TContext>>();
        return builder.AddStores<TContext>();
    }

    /// <summary>A table of its own, so that the migrations of an app in the same database are not taken for ours.</summary>
    private const string HistoryTable = "gatehouse_migrations";

    private static GatehouseBuilder AddStores<TContext>(this GatehouseBuilder builder) where TContext : DbContext
    {
        var services = builder.Services;
        services.TryAddSingleton<ContextSource<TContext>>();
        services.RemoveAll<ISweepTurns>();
        services.Replace(ServiceDescriptor.Singleton<IProtocolStore, EntityFrameworkProtocolStore<TContext>>());
        services.Replace(ServiceDescriptor.Singleton<IClientStore, EntityFrameworkClientStore<TContext>>());
        services.Replace(ServiceDescriptor.Singleton<IConsentStore, EntityFrameworkConsentStore<TContext>>());
        services.Replace(ServiceDescriptor.Singleton<IKeyStore, EntityFrameworkKeyStore<TContext>>());
        services.Replace(ServiceDescriptor.Singleton<IAttemptStore, EntityFrameworkAttemptStore<TContext>>());
        services.Replace(ServiceDescriptor.Singleton<ISessionStore, EntityFrameworkSessionStore<TContext>>());
        services.Replace(ServiceDescriptor.Singleton<IAuditStore, EntityFrameworkAuditStore<TContext>>());
        services.Replace(ServiceDescriptor.Singleton<ILogoutOutbox, EntityFrameworkLogoutOutbox<TContext>>());
        services.RemoveAllKeyed<IXmlRepository>(GatehouseDataProtectionExtensions.StoreKey);
        services.AddKeyedSingleton<IXmlRepository, EntityFrameworkXmlRepository<TContext>>(GatehouseDataProtectionExtensions.StoreKey);
        services.TryAddSingleton(new FormerKeyFolder(null));
        services.Replace(ServiceDescriptor.Singleton<DataProtectionStartup, DataProtectionStartup<TContext>>());
        return builder;
    }

    private static StoreLimits LimitsOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<StoreLimits>>().Value;

    /// <summary>All nodes go by one clock. An app that brings its own clock keeps that.</summary>
    private static void UseDatabaseClock(this IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance != TimeProvider.System) return;
        var clock = new DatabaseClock(TimeProvider.System);
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        services.AddSingleton(clock);
        services.AddHostedService<DatabaseClockKeeper>();
    }

    private static GatehouseBuilder AddDatabase<TContext>(this GatehouseBuilder builder, Action<GatehouseDatabaseOptions>? configure) where TContext : DbContext
    {
        builder.Services.Replace(ServiceDescriptor.Singleton<GatehouseDatabase>(static provider => ActivatorUtilities.CreateInstance<GatehouseDatabase<TContext>>(provider, HistoryTable)));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, DatabaseStartup>());
        builder.Services.AddSingleton(static provider => new ReadinessCheck("the tables",
            async ct => (await provider.GetRequiredService<GatehouseDatabase>().GetStatusAsync(ct)).IsUsable ? null : "they are not of this version"));
        if (configure is not null) builder.Services.Configure(configure);
        return builder;
    }

    /// <summary>EF reports every statement, and every failure once more than its caller does. For the operator neither is news.</summary>
    private static DbContextOptionsBuilder Quieten(DbContextOptionsBuilder context) => context.ConfigureWarnings(warnings => warnings.Log(
        (RelationalEventId.CommandExecuted, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
}
