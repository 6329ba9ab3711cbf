using System.Net;
using Gatehouse.Cluster.Network;
using Gatehouse.Testing;
using Npgsql;

namespace Gatehouse.Cluster;

/// <summary>A primary, and a standby that has every commit before the client hears of it.</summary>
/// <remarks>
/// With a standby, a commit waits until it is on the standby's disk (<c>synchronous_commit = on</c> with <c>synchronous_standby_names</c>). Without
/// that wait, failing over would forget the last redemptions, and a code or refresh token could be redeemed a second time. The price: while the standby is away, commits wait. Two
/// standbys and <c>ANY 1 (…)</c> are the way out where that matters.
/// </remarks>
internal sealed class ClusterPostgres : IAsyncDisposable
{
    public static readonly IPAddress InsideAddress = IPAddress.Parse("10.78.0.1");
    private static readonly int[] insidePorts = [5432, 5433];

    private readonly NetworkNamespace? hub;
    private readonly (IPEndPoint Listen, Door? Door)[] places;
    private readonly Dictionary<PostgresCluster, int> placeOf = [];
    private string database = "";
    private int standbys;

    private ClusterPostgres(NetworkNamespace? hub)
    {
        this.hub = hub;
        places = [.. insidePorts.Select(port => hub is null ? Outside(Ports.Free()) : Inside(new(InsideAddress, port)))];
        (IPEndPoint, Door?) Outside(int port) => (new(IPAddress.Loopback, port), null);
        (IPEndPoint, Door?) Inside(IPEndPoint listen) => (listen, Door.Open(hub!, listen));
    }

    /// <summary>Takes writes, or did until it was killed.</summary>
    public PostgresCluster Primary { get; private set; } = null!;

    /// <summary>Null without one, and after a failover.</summary>
    public PostgresCluster? Standby { get; private set; }

    /// <summary>To the database of the nodes, from this process. Leads to whichever server is the primary.</summary>
    public string ConnectionString => Describe(inside: false);

    /// <summary>The same, from a node.</summary>
    public string NodeConnectionString => Describe(inside: true);

    public static async Task<ClusterPostgres> StartAsync(bool standby, NetworkNamespace? hub, CancellationToken ct = default)
    {
        var postgres = new ClusterPostgres(hub);
        try
        {
            postgres.Primary = await PostgresCluster.StartNewAsync(postgres.OptionsAt(0), ct);
            postgres.placeOf[postgres.Primary] = 0;
            postgres.database = await postgres.Primary.CreateDatabaseAsync(ct);
            if (standby) await postgres.AddStandbyAsync(ct);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>As a crash would: what was committed is there after <see cref="StartPrimaryAsync"/>, and nothing else.</summary>
    public Task KillPrimaryAsync(CancellationToken ct = default) => Primary.KillAsync(ct);

    public Task StartPrimaryAsync(CancellationToken ct = default) => Primary.StartAsync(ct);

    /// <summary>Kills the primary, if it lives, and has the standby take its place. The old one never comes back: two primaries would be worse than none.</summary>
    public async Task FailOverAsync(CancellationToken ct = default)
    {
        var next = Standby ?? throw new InvalidOperationException("There is no standby.");
        await Primary.KillAsync(ct);
        await next.PromoteAsync(ct);
        var old = Primary;
        (Primary, Standby) = (next, null);
        placeOf.Remove(old);
        await old.DisposeAsync();
    }

    /// <summary>A new standby, from a copy of the primary; from then on commits wait for it. It takes the free address, so that the nodes' connection string leads to it.</summary>
    public async Task AddStandbyAsync(CancellationToken ct = default)
    {
        if (Standby is not null) throw new InvalidOperationException("There is a standby.");
        var (place, name) = (1 - placeOf[Primary], $"standby{++standbys}");
        Standby = await Primary.StartStandbyAsync(name, OptionsAt(place), ct);
        placeOf[Standby] = place;
        await Primary.ExecuteAsync($"ALTER SYSTEM SET synchronous_standby_names = '{name}'", ct);
        await Primary.ExecuteAsync("SELECT pg_reload_conf()", ct);
        while (await Primary.ExecuteAsync("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'", ct) is not 1L) await Task.Delay(50, ct);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in placeOf.Keys) await server.DisposeAsync();
        foreach (var (_, door) in places) door?.Dispose();
    }

    private PostgresOptions OptionsAt(int place) => new() { Listen = places[place].Listen, Reach = places[place].Door?.EndPoint, Namespace = hub?.Name };

    private string Describe(bool inside)
    {
        var hosts = placeOf.OrderBy(server => server.Value).Select(server =>
            inside ? server.Key.Listen.ToString() : $"127.0.0.1:{server.Key.Port}").ToList();
        var connection = new NpgsqlConnectionStringBuilder(database) { Host = string.Join(',', hosts) };
        // Nodes get what an operator would write, and with it the limits that Gatehouse sets; patience is for tests.
        if (inside) connection.Remove("Timeout");
        if (hosts.Count == 1)
        {
            (connection.Host, connection.Port) = (hosts[0].Split(':')[0], int.Parse(hosts[0].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
            return connection.ConnectionString;
        }
        connection.Remove("Port");
        connection.TargetSessionAttributes = "primary";
        // How long Npgsql believes what it last saw of a server. Its default, 10 s, is how long a failover would go unnoticed.
        connection.HostRecheckSeconds = 1;
        return connection.ConnectionString;
    }
}
