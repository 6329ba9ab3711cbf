using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Cluster.Network;
using Gatehouse.Cluster.Processes;

namespace Gatehouse.Cluster;

/// <summary>PostgreSQL, nodes, nginx: started together, and gone together whatever happens.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    private const string DeviceName = "database";

    private readonly Leftovers leftovers = new();
    private readonly List<Node> nodes = [];
    private readonly ClusterOptions options;
    private ClusterPostgres? postgres;
    private Nginx? nginx;

    private RunningCluster(ClusterOptions options) => this.options = options;

    public IReadOnlyList<Node> Nodes => nodes;

    public ClusterPostgres Postgres => postgres!;

    public Nginx Nginx => nginx ?? throw new InvalidOperationException("This cluster has no nginx.");

    /// <summary>Of nginx.</summary>
    public X509Certificate2 Certificate { get; } = Cluster.Certificate.Make();

    /// <summary>Who the nodes say they are.</summary>
    public Uri Issuer { get; private set; } = null!;

    /// <summary>For whatever belongs to the run; removed with it.</summary>
    public string Folder => leftovers.Folder;

    public static async Task<RunningCluster> StartAsync(ClusterOptions? options = null, CancellationToken ct = default)
    {
        var cluster = new RunningCluster(options ?? new());
        try
        {
            await cluster.StartAsync(ct);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of nginx. It follows no redirects and keeps no cookies.</summary>
    public HttpClient CreateClient(TimeSpan? timeout = null) => Trusting.CreateClient(Certificate, Nginx.Url, timeout);

    /// <summary>Nothing gets through between this node and the database; neither is told. Needs <see cref="ClusterOptions.Namespaces"/>, as its like below.</summary>
    public void Cut(Node node) => LinkOf(node).IsCut = true;

    /// <summary>What goes between this node and the database takes so much longer, one way.</summary>
    public void Slow(Node node, TimeSpan delay) => LinkOf(node).Delay = delay;

    /// <summary>This share of the packets between this node and the database is lost, each way; 0.05 is 5 %.</summary>
    public void Lose(Node node, double share) => LinkOf(node).Loss = share;

    /// <summary>The line to the database is as good as ever.</summary>
    public void Heal(Node node)
    {
        var link = LinkOf(node);
        (link.IsCut, link.Delay, link.Loss) = (false, TimeSpan.Zero, 0);
    }

    public async ValueTask DisposeAsync()
    {
        nginx?.Dispose();
        foreach (var node in nodes) await node.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
        leftovers.Dispose();
        Certificate.Dispose();
    }

    private async Task StartAsync(CancellationToken ct)
    {
        var hub = options.Namespaces ? NetworkNamespace.Create(leftovers, "db") : null;
        hub?.Configure("addr", "add", $"{ClusterPostgres.InsideAddress}/32", "dev", "lo");
        postgres = await ClusterPostgres.StartAsync(options.Standby, hub, ct);

        var port = Ports.Free();
        for (var i = 0; i < options.Nodes; i++)
        {
            var inside = hub is null ? null : NetworkNamespace.Create(leftovers, Name(i));
            // The issuer is known once the first address is.
            var own = options.NodeAt(i, options.Node);
            var node = new Node(leftovers, Name(i), url => own with { Settings = Settings(url, port, own.Settings) }, inside);
            nodes.Add(node);
            if (hub is not null) node.Link = Link.Lay((hub, Name(i), ClusterPostgres.InsideAddress), (inside!, DeviceName, IPAddress.Parse($"10.78.0.{11 + i}")));
        }
        // The first one makes the tables while the others wait for it, and all together are ready sooner than one after the other.
        foreach (var node in nodes)
        {
            node.Launch();
            if (options.OneByOne) await node.WaitUntilReadyAsync(ct);
        }
        await Task.WhenAll(nodes.Select(node => node.WaitUntilReadyAsync(ct)));
        if (options.UseNginx) nginx = await Nginx.StartAsync(leftovers, port, Certificate, nodes, ct);
    }

    private Dictionary<string, string> Settings(Uri url, int port, IReadOnlyDictionary<string, string> own)
    {
        Issuer ??= options.UseNginx ? new($"https://localhost:{port.ToString(CultureInfo.InvariantCulture)}") : url;
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Gatehouse"] = Postgres.NodeConnectionString,
            ["Gatehouse:Issuer"] = Issuer.GetLeftPart(UriPartial.Authority),
            ["Gatehouse:RequireHttps"] = options.UseNginx ? "true" : "false",
            ["Gatehouse:Proxies:0"] = "127.0.0.1",
            ["Gatehouse:DataFolder"] = Path.Combine(leftovers.Folder, "data"),
        };
        foreach (var (name, value) in own) settings[name] = value;
        return settings;
    }

    private static string Name(int i) => $"node{(i + 1).ToString(CultureInfo.InvariantCulture)}";

    private static Link LinkOf(Node node) => node.Link ?? throw new InvalidOperationException("Only a cluster with Namespaces has lines to cut.");
}
