using Gatehouse.EntityFrameworkCore;
using Gatehouse.EntityFrameworkCore.Model;
using Gatehouse.EntityFrameworkCore.Plain;
using Gatehouse.EntityFrameworkCore.PostgreSql;
using Gatehouse.EntityFrameworkCore.Sqlite;
using Gatehouse.Server.Users.Data;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Server.Users;

/// <summary>The users and their tables, for a host and for a command alike.</summary>
internal static class UsersServices
{
    /// <summary>After <c>UseSqlite</c> with the same connection string.</summary>
    public static IServiceCollection AddSqliteUsers(this IServiceCollection services, string connectionString)
    {
        services.AddDbContext<UsersContext, SqliteUsersContext>((provider, context) => Quieten(context)
            .UseSqlite(connectionString, sqlite => sqlite.MigrationsHistoryTable(UsersContext.HistoryTable)).AddInterceptors(new WaitForTheLock(provider.GetRequiredService<IOptions<StoreLimits>>().Value.Timeout)));
        services.TryAddSingleton<PlainSql<SqliteUsersContext>, SqlitePlainSql<SqliteUsersContext>>();
        return services.AddUsers<SqliteUsersContext>();
    }

    /// <summary>After <c>UsePostgreSql</c>, whose connections it shares.</summary>
    public static IServiceCollection AddPostgreSqlUsers(this IServiceCollection services)
    {
        services.AddDbContext<UsersContext, PostgreSqlUsersContext>((provider, context) => Quieten(context)
            .UseNpgsql(provider.GetRequiredService<PostgreSqlConnections>().DataSource, npgsql => npgsql.MigrationsHistoryTable(UsersContext.HistoryTable))
            .AddInterceptors(provider.GetRequiredService<PostgreSqlConnections>().WithinTheRequest));
        services.TryAddSingleton<PlainSql<PostgreSqlUsersContext>, PostgreSqlPlainSql<PostgreSqlUsersContext>>();
        return services.AddUsers<PostgreSqlUsersContext>();
    }

    private static IServiceCollection AddUsers<TContext>(this IServiceCollection services) where TContext : UsersContext
    {
        services.TryAddSingleton<ContextSource<TContext>>();
        services.TryAddSingleton(provider => new UsersDatabase(ActivatorUtilities.CreateInstance<GatehouseDatabase<TContext>>(provider, UsersContext.HistoryTable)));
        services.AddIdentityCore<ServerUser>(identity =>
            {
                // Length is what makes a password hard to guess; rules about its characters only make people write it down (NIST SP 800-63B §5.1.1.2).
                identity.Password.RequiredLength = 8;
                identity.Password.RequiredUniqueChars = 1;
                identity.Password.RequireDigit = identity.Password.RequireLowercase = identity.Password.RequireUppercase = identity.Password.RequireNonAlphanumeric = false;
                identity.Lockout.AllowedForNewUsers = true;
                UsersSchema.Configure(identity);
            })
            .AddUserStore<SealedUserStore>()
            .AddTokenProvider<AuthenticatorTokenProvider<ServerUser>>(TokenOptions.DefaultAuthenticatorProvider);
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = Iterations);
        services.TryAddScoped<UserDirectory>();
        return services;
    }

    /// <summary>Of PBKDF2 with HMAC-SHA-512, as the OWASP Password Storage Cheat Sheet asks.</summary>
    private const int Iterations = 210_000;

    private static DbContextOptionsBuilder Quieten(DbContextOptionsBuilder context) => context.ConfigureWarnings(warnings => warnings.Log(
        (RelationalEventId.CommandExecuted, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug), (CoreEventId.SaveChangesFailed, LogLevel.Debug)));
}
