using System.CommandLine;
using Gatehouse.Audit;
using Gatehouse.Clients;
using Gatehouse.EntityFrameworkCore;
using Gatehouse.Keys;
using Gatehouse.Server.Users;
using Gatehouse.Server.Users.Data;
using Gatehouse.Storage;
using Gatehouse.Users;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse.Cli.App;

/// <summary>What a command needs of the tables.</summary>
internal enum Readiness
{
    /// <summary>Nothing: it looks for itself.</summary>
    None,

    /// <summary>They are there and up to date; otherwise it is refused.</summary>
    Required,

    /// <summary>They are made, or brought up to date, if need be.</summary>
    Migrate,
}

/// <summary>The app's stores, opened from outside the app, with the app's own rules for clients.</summary>
internal sealed class AppDatabase : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private AppDatabase(AppConfiguration app, DatabaseLocation location, ServiceProvider services) => (App, Location, this.services) = (app, location, services);

    public AppConfiguration App { get; }

    public DatabaseLocation Location { get; }

    public ClientMetadataValidator Validator => services.GetRequiredService<ClientMetadataValidator>();

    public IClientStore Clients => services.GetRequiredService<IClientStore>();

    /// <summary>Those of <c>Gatehouse:Clients</c>. Read when they are asked for: a mistake in them must not stop what has nothing to do with them.</summary>
    public ConfiguredClients Configured => services.GetRequiredService<ConfiguredClients>();

    /// <summary>Data Protection's keys, where the app keeps them in the database (<c>PersistKeysToGatehouse</c>).</summary>
    public IXmlRepository DataProtectionKeys => services.GetRequiredKeyedService<IXmlRepository>(GatehouseDataProtectionExtensions.StoreKey);

    public IKeyStore Keys => services.GetRequiredService<IKeyStore>();

    public IProtocolStore Protocol => services.GetRequiredService<IProtocolStore>();

    public IAuditStore Trail => services.GetRequiredService<IAuditStore>();

    public GatehouseDatabase Schema => services.GetRequiredService<GatehouseDatabase>();

    public TimeProvider Clock => services.GetRequiredService<TimeProvider>();

    public static AppDatabase Open(AppConfiguration app, DatabaseLocation location)
    {
        var services = new ServiceCollection().AddLogging();
        // Without the app's options: whether they are right is what `doctor` is for, and a client can be registered before they are.
        var builder = services.AddGatehouse().AddUserAuthenticator<AbsentUsers>();
        services.Replace(ServiceDescriptor.Singleton(new ClientsSection(app.Values.GetSection("Gatehouse").GetSection(ClientsSection.Name))));
        services.AddSingleton<IHostEnvironment>(new AppEnvironment(app));
        services.RemoveAll<IValidateOptions<GatehouseOptions>>();
        // Whoever types has more patience than a client of theirs, and may ask for more at once.
        services.Configure<StoreLimits>(store => store.Timeout = TimeSpan.FromMinutes(1));
        if (location.Provider == DatabaseLocation.Sqlite)
        {
            builder.UseSqlite(location.ConnectionString);
            services.AddSqliteUsers(location.ConnectionString);
        }
        else
        {
            builder.UsePostgreSql(location.ConnectionString);
            services.AddPostgreSqlUsers();
        }
        return new(app, location, services.BuildServiceProvider());
    }

    /// <summary>Runs a command on the database that its options name, once the database can be used.</summary>
    /// <param name="options">Which app and database.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">For what happens on the way.</param>
    /// <param name="readiness">What the command needs of the tables.</param>
    /// <param name="run">The command.</param>
    /// <param name="ct">Cancels it.</param>
    public static async Task<int> RunAsync(
        GlobalOptions options, ParseResult parsed, Terminal terminal, Readiness readiness, Func<AppDatabase, CancellationToken, Task<int>> run, CancellationToken ct)
    {
        if (!AppConfiguration.TryRead(parsed.GetValue(options.Config)!, parsed.GetValue(options.Environment), out var app, out var problem)
            || !DatabaseLocation.TryFind(app, parsed.GetValue(options.Provider), parsed.GetValue(options.Connection), out var location, out problem))
            return terminal.Usage(8042, problem);
        await using var database = Open(app, location);
        if (readiness != Readiness.None) await database.PrepareAsync(terminal, readiness, ct);
        return await run(database, ct);
    }

    public async Task<IReadOnlyList<Client>> ListClientsAsync(CancellationToken ct)
    {
        const int page = 500;
        var clients = new List<Client>();
        IReadOnlyList<Client> next;
        do clients.AddRange(next = await Clients.ListAsync(clients.LastOrDefault()?.Id, page, ct));
        while (next.Count == page);
        return [.. clients.UnionBy(Configured.List(), client => client.Id).Select(client => Configured.Find(client.Id) ?? client).OrderBy(client => client.Id, StringComparer.Ordinal)];
    }

    public int NoClient(Terminal terminal, string id) => Configured.Find(id) is null
        ? terminal.NoClient(id)
        : terminal.Refuse(8002, $"Client '{id}' is declared in the app's configuration (Gatehouse:Clients). Change it there; a running app follows.");

    /// <summary>True if the tables are there without our migrations: then they live in the app's own DbContext, which the app migrates.</summary>
    public async Task<bool> IsInAppContextAsync(GatehouseDatabaseStatus status, CancellationToken ct)
    {
        if (status.Applied.Count > 0 || status.Unknown.Count > 0 || !Location.MayExist) return false;
        try
        {
            await Clients.ReadVersionAsync(ct);
            return true;
        }
        catch (System.Data.Common.DbException)
        {
            return false;
        }
    }

    /// <summary>Runs something on the users of the standalone server, whose tables only it has.</summary>
    public async Task<int> WithUsersAsync(Terminal terminal, Readiness readiness, Func<UserDirectory, Task<int>> run, CancellationToken ct)
    {
        var tables = services.GetRequiredService<UsersDatabase>();
        if (readiness == Readiness.Migrate)
        {
            if (await tables.MigrateAsync(ct) is { Count: > 0 } applied) terminal.Note($"Brought the users' tables up to date: {string.Join(", ", applied)}.");
        }
        else if (!(await tables.GetStatusAsync(ct)).IsUsable)
            return terminal.Refuse(8041, $"{Location.Description} has no users' tables of this version: only the standalone server keeps users. Start it once, or create or import a user.");
        await using var scope = services.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<UserDirectory>());
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private async Task PrepareAsync(Terminal terminal, Readiness readiness, CancellationToken ct)
    {
        var status = await Schema.GetStatusAsync(ct);
        if (status.IsUsable || await IsInAppContextAsync(status, ct)) return;
        if (readiness == Readiness.Required && !Location.MayExist)
            throw new GatehouseDatabaseException($"There is no database {Location.Description} yet. Start the app, run `gatehouse database migrate`, or register the first client. (gatehouse explain 7042)");
        if (readiness == Readiness.Required) await Schema.EnsureUsableAsync(ct);
        var applied = await Schema.MigrateAsync(ct);
        if (applied.Count > 0) terminal.Note($"Brought the database {Location.Description} up to date: {string.Join(", ", applied)}.");
    }

    /// <summary>Only the app knows its users. Here they stand for "the password grant can be had".</summary>
    private sealed class AbsentUsers : IUserAuthenticator
    {
        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) => new(UserAuthentication.Failed);
    }
}
