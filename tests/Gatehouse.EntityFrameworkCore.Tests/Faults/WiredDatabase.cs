using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

/// <summary>One database and two nodes: one reaches it over a wire that can be cut, the other always sees how things are.</summary>
internal sealed class WiredDatabase : IAsyncDisposable
{
    private readonly ServiceProvider wired, direct;

    private WiredDatabase(PostgresWire wire, ServiceProvider wired, ServiceProvider direct) => (Wire, this.wired, this.direct) = (wire, wired, direct);

    /// <summary>The two ways in which transitions reach PostgreSQL: a statement of our own, or EF Core in a context of the app's.</summary>
    public static TheoryData<string> Ways => ["statement", "EF Core"];

    public PostgresWire Wire { get; }

    public T Wired<T>() where T : notnull => wired.GetRequiredService<T>();

    public T Direct<T>() where T : notnull => direct.GetRequiredService<T>();

    public static async Task<WiredDatabase> StartAsync(string way, PostgresCluster? cluster = null, TimeSpan? limit = null)
    {
        var connectionString = await (cluster ?? await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        var wire = PostgresWire.Start(connectionString);
        var database = new WiredDatabase(wire, Node(way, wire.ConnectionString, limit), Node(way, connectionString));
        if (way == "EF Core") await AppDatabase.CreateTablesAsync(Node(way, connectionString));
        else await database.Direct<GatehouseDatabase>().MigrateAsync();
        // What a first call does once (sign in, read the type catalogue, prepare) is not what is cut here.
        for (var i = 0; i < 3; i++) await database.Wired<IProtocolStore>().FindAsync("nothing", TestContext.Current.CancellationToken);
        return database;
    }

    /// <summary>Cuts the line at each round trip of an act in turn, each time on something new, until there are no more to cut.</summary>
    /// <returns>How many cuts there were.</returns>
    public async Task<int> AtEachCutAsync<T>(bool before, Func<Task<T>> prepare, Func<T, Task> act, Func<T, Task> check)
    {
        for (var roundTrip = 1; ; roundTrip++)
        {
            var given = await prepare();
            var cuts = Wire.Cuts;
            if (before) Wire.CutBefore(roundTrip);
            else Wire.CutAfter(roundTrip);
            var failure = await Record.ExceptionAsync(() => act(given));
            Wire.CutNothing();
            if (Wire.Cuts == cuts)
            {
                Assert.Null(failure);
                return roundTrip - 1;
            }
            // A word to the other nodes may be lost: what it would have told of is done.
            if (failure is null && Wire.Statements is [.., var last] && last.Contains("pg_notify", StringComparison.Ordinal)) continue;
            // Never "false": a lost line is no lost race.
            Assert.NotNull(failure);
            await check(given);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await wired.DisposeAsync();
        await direct.DisposeAsync();
        await Wire.DisposeAsync();
    }

    private static ServiceProvider Node(string way, string connectionString, TimeSpan? limit = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddLogging().AddGatehouse();
        if (limit is { } time)
        {
            services.Configure<StoreLimits>(store => store.Timeout = time);
            // Ours are made for the limit; an app writes it into the connection string of its own context.
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            settings.Remove("Timeout");
            if (way != "statement") settings.Timeout = (int)time.TotalSeconds;
            connectionString = settings.ConnectionString;
        }
        if (way == "statement") builder.UsePostgreSql(connectionString);
        else
        {
            services.AddDbContext<AppDbContext>(context => context.UseNpgsql(connectionString));
            builder.AddEntityFrameworkStores<AppDbContext>();
        }
        return services.BuildServiceProvider(validateScopes: true);
    }
}
