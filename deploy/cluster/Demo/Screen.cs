using System.Globalization;

namespace Gatehouse.Cluster.Demo;

/// <summary>Lines that stay, and below them, on a terminal, one that is written anew twice a second. Elsewhere that one comes every five seconds.</summary>
internal sealed class Screen
{
    private static readonly TimeSpan Rarely = TimeSpan.FromSeconds(5);

    private readonly bool isTerminal = !Console.IsOutputRedirected;
    private readonly Lock gate = new();
    private long answeredBefore;
    private TimeSpan shownAt = TimeSpan.Zero;

    public void Say(string line)
    {
        lock (gate) Console.WriteLine($"{Erase}== {line}");
    }

    public void Welcome(RunningCluster cluster, bool keys)
    {
        var (url, trust) = (cluster.Nginx.Url.GetLeftPart(UriPartial.Authority), cluster.Nginx.CertificateFile);
        lock (gate)
        {
            Console.WriteLine($"""

                  nginx       {url}   (any request to any node)
                {string.Join('\n', cluster.Nodes.Select(node => $"  {node.Name}       {node.Url.GetLeftPart(UriPartial.Authority)}   process {node.ProcessId}"))}
                  primary     127.0.0.1:{cluster.Postgres.Primary.Port}
                  standby     127.0.0.1:{cluster.Postgres.Standby!.Port}   (has every commit before a client hears of it)

                Try, in another terminal:

                  curl --cacert {trust} {url}/.well-known/openid-configuration
                  curl --cacert {trust} {url}/oauth2/token -u notes:notes-secret-0123456789abcdef-0123456789 \
                    -d grant_type=password -d username=alice -d 'password=a garden of wonders' -d scope=notes.read

                  dotnet run -c Release --project src/Gatehouse.Cli -- top {string.Join(' ', cluster.Nodes.Select(node => $"--metrics {node.Metrics!.GetLeftPart(UriPartial.Authority)}"))}

                In a browser: {url}/account, as alice, "a garden of wonders". The certificate is nobody's but this run's.

                """);
            if (keys) Console.WriteLine("Keys: n kills a node, p kills the primary, s starts a new standby, q ends everything.\n");
        }
    }

    public void Show(TimeSpan elapsed, RunningCluster cluster, Load load)
    {
        lock (gate)
        {
            var since = elapsed - shownAt;
            if (since <= TimeSpan.Zero || (!isTerminal && since < Rarely && shownAt > TimeSpan.Zero)) return;
            var rate = (load.Answered - answeredBefore) / since.TotalSeconds;
            (answeredBefore, shownAt) = (load.Answered, elapsed);
            var nodes = string.Join(' ', cluster.Nodes.Select(node => node.IsRunning ? node.Name : new string('-', node.Name.Length)));
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{elapsed.TotalSeconds,4:0} s  {load.Answered,7:n0} answered  {rate,5:0}/s  {load.Failed,4:n0} sent again  {load.Lost} lost   {nodes}   primary :{cluster.Postgres.Primary.Port}{(cluster.Postgres.Standby is { } standby ? $" standby :{standby.Port}" : "")}");
            if (isTerminal) Console.Write(Erase + line);
            else Console.WriteLine(line);
        }
    }

    public void Sum(Load load)
    {
        lock (gate)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Erase}\n{load.Answered:n0} requests answered, {load.Failed:n0} sent again, {load.Lost} tokens lost."));
            foreach (var (what, count) in load.Failures) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,5:n0}  {what}"));
        }
    }

    /// <summary>Null if none was pressed, or nobody is there to press one.</summary>
    public char? ReadKey() => !Console.IsInputRedirected && Console.KeyAvailable ? Console.ReadKey(intercept: true).KeyChar : null;

    private string Erase => isTerminal ? "\r\x1b[K" : "";
}
