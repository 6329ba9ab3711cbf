using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Cluster.Processes;

/// <summary>A private nginx with <c>deploy/cluster/nginx.conf</c>: TLS outside, the nodes in turn inside.</summary>
internal sealed class Nginx : IDisposable
{
    // Not in everybody's path.
    private const string Template = "nginx.conf", Debian = "/usr/sbin/nginx";

    private readonly Child child;
    private readonly string accessLog;

    private Nginx(Child child, int port, string accessLog, string certificateFile)
    {
        (this.child, this.accessLog, CertificateFile) = (child, accessLog, certificateFile);
        Url = new($"https://localhost:{port.ToString(CultureInfo.InvariantCulture)}");
    }

    public Uri Url { get; }

    /// <summary>What a client has to trust, as PEM: <c>curl --cacert</c>.</summary>
    public string CertificateFile { get; }

    public int ProcessId => child.Id;

    public string Output => child.Output;

    /// <summary>One line per request: which address of a node answered (several if one did not), the status, and the request line without its query.</summary>
    public IReadOnlyList<string> Requests => File.ReadAllLines(accessLog);

    public static Task<Nginx> StartAsync(Leftovers leftovers, int port, X509Certificate2 certificate, IEnumerable<Node> nodes, CancellationToken ct) =>
        StartAsync(leftovers, port, certificate, nodes.Select(node => $"{node.Url.Authority} max_fails=1 fail_timeout=2s"), workers: 1, ct);

    /// <param name="leftovers">What ends it.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="certificate">Its own.</param>
    /// <param name="servers">Of the nodes, as nginx's <c>server</c> has them.</param>
    /// <param name="workers">With one, "in turn" is in turn.</param>
    /// <param name="ct">Ends the waiting.</param>
    public static async Task<Nginx> StartAsync(Leftovers leftovers, int port, X509Certificate2 certificate, IEnumerable<string> servers, int workers, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(leftovers.Folder, "nginx")).FullName;
        // Its workers run as another user, who may pass through but not look around.
        foreach (var passed in new[] { leftovers.Folder, folder })
            File.SetUnixFileMode(passed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        string certificateFile = Path.Combine(folder, "localhost.pem"), key = Path.Combine(folder, "localhost.key"), log = Path.Combine(folder, "access.log");
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem(), ct);
        await File.WriteAllTextAsync(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), ct);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var site = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, Template), ct))
            .Replace("${GATEHOUSE_NODES}", string.Join(' ', servers.Select(server => $"server {server};")), StringComparison.Ordinal)
            .Replace("${GATEHOUSE_LISTEN}", $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
            .Replace("${GATEHOUSE_NAME}", "localhost", StringComparison.Ordinal)
            .Replace("${GATEHOUSE_CERTIFICATE}", certificateFile, StringComparison.Ordinal)
            .Replace("${GATEHOUSE_KEY}", key, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(folder, "site.conf"), site, ct);
        var main = Path.Combine(folder, "main.conf");
        await File.WriteAllTextAsync(main, Configuration(folder, log, workers), ct);
        var nginx = new Nginx(Child.Start(leftovers, [File.Exists(Debian) ? Debian : "nginx", "-p", folder, "-e", "stderr", "-c", main], folder, new Dictionary<string, string>()), port, log, certificateFile);
        try
        {
            await nginx.WaitUntilItAnswersAsync(certificate, ct);
            return nginx;
        }
        catch
        {
            nginx.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // Its workers are its own to end.
        child.Signal("TERM");
        if (!child.WaitForEndAsync(TimeSpan.FromSeconds(10)).GetAwaiter().GetResult()) child.Kill();
        child.Dispose();
    }

    // What a package's /etc/nginx/nginx.conf has, for one private nginx.
    private static string Configuration(string folder, string log, int workers) => $$"""
        daemon off;
        worker_processes {{workers}};
        pid {{folder}}/nginx.pid;
        error_log stderr warn;
        events { worker_connections 4096; }
        http {
            log_format nodes '$upstream_addr $status $request_method $uri';
            access_log {{log}} nodes;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            include {{folder}}/site.conf;
        }
        """;

    private async Task WaitUntilItAnswersAsync(X509Certificate2 certificate, CancellationToken ct)
    {
        using var http = Trusting.CreateClient(certificate, Url);
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(50, ct))
            try
            {
                using var answer = await http.GetAsync("/health/live", ct);
                return;
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException)
            {
                if (!child.IsRunning || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30)) throw new InvalidOperationException($"nginx does not answer:\n{Output}", failure);
            }
    }
}
