using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Load.Machinery;

/// <summary>How a server is started, if not as for a row.</summary>
/// <param name="Tls">It listens with TLS only.</param>
/// <param name="WholeMachine">All processors and .NET's own settings of the collector, as where it is deployed; else it has one core to itself.</param>
internal sealed record Surroundings(bool Tls = false, bool WholeMachine = false);

/// <summary>One server, alone on its core.</summary>
internal sealed class Server : IDisposable
{
    private static readonly HttpClient http = new(NewHandler()) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Process process;
    private readonly Target target;
    private readonly string scheme;

    private Server(Process process, Target target, int port, string scheme) => (this.process, this.target, Port, this.scheme) = (process, target, port, scheme);

    public int Port { get; }

    public int ProcessId => process.Id;

    public double ProcessorTime => Machinery.ProcessorTime.Of(process.Id);

    /// <summary>Starts it and waits until it is there.</summary>
    public static async Task<Server> StartAsync(Target target, string? connection, string folder, Surroundings? surroundings = null)
    {
        var server = Launch(target, connection, folder, surroundings);
        for (var i = 0; ; i++)
        {
            if (server.process.HasExited) throw new InvalidOperationException($"{target.Name} did not start.");
            try
            {
                if ((await http.GetAsync(server.Uri(target.HealthPath))).IsSuccessStatusCode) return server;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && i < 600)
            {
            }
            await Task.Delay(50);
        }
    }

    /// <summary>Starts it and does not wait.</summary>
    public static Server Launch(Target target, string? connection, string folder, Surroundings? surroundings = null)
    {
        var (tls, wholeMachine) = surroundings ?? new();
        var (port, scheme) = (FreePort(), tls ? "https" : "http");
        int? core = wholeMachine ? null : Pinned.ServerCore;
        return new Server(Pinned.Start(core, Command(target), Environment(target, port, scheme, connection), folder: folder), target, port, scheme);
    }

    /// <summary>Asks for a token until there is one.</summary>
    public async Task WaitForTokenAsync()
    {
        for (var i = 0; ; i++)
        {
            try
            {
                using var body = Form(target.ClientCredentialsBody);
                using var answer = await http.PostAsync(Uri(target.TokenPath), body);
                if (answer.IsSuccessStatusCode) return;
                if (i > 5000) throw new InvalidOperationException($"{target.Name} answered {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
            catch (Exception e) when (e is HttpRequestException or SocketException && i < 5000 && !process.HasExited)
            {
            }
            await Task.Delay(4);
        }
    }

    /// <summary>A line of <c>/proc/PID/status</c>, in MB: <c>VmRSS</c> now, <c>VmHWM</c> at its highest.</summary>
    public double Memory(string line) => double.Parse(
        File.ReadLines($"/proc/{ProcessId}/status").First(one => one.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;

    /// <summary>As many distinct tokens, so that no server answers from what it has just seen.</summary>
    public async Task<string[]> CollectTokensAsync(Target target, int count, string member = "access_token")
    {
        var tokens = new string[count];
        for (var i = 0; i < count; i++)
        {
            using var body = Form(target.PasswordBody);
            using var answer = await http.PostAsync(Uri(target.TokenPath), body);
            var json = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{target.Name} answered a password request with {(int)answer.StatusCode} {json}");
            tokens[i] = System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty(member).GetString()!;
        }
        return tokens;
    }

    /// <summary>Signs somebody in as a browser would, once; returns the cookies that it has then.</summary>
    public async Task<string> SignInAsync(Target target)
    {
        // oidc-provider has no login page of its own: there the first authorization request goes through one, and so through a few redirects.
        var path = target.Product is Product.OidcProvider ? target.Authorize("openid", null).With("{challenge}", new string('A', 43)).Path : "/sign-in";
        using var handler = NewHandler();
        using var browser = new HttpClient(handler);
        for (var next = Uri(path); next.Port == Port;)
        {
            using var answer = await browser.GetAsync(next);
            if (answer.Headers.Location is { } location) next = new Uri(next, location);
            else if (answer.IsSuccessStatusCode) break;
            else throw new InvalidOperationException($"{target.Name} answered {next.AbsolutePath} with {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        return handler.CookieContainer.GetCookieHeader(Uri("/"));
    }

    /// <summary>
    /// Waits until the idle server really is idle, and returns how many seconds that took. On one saturated core .NET's background compilation
    /// gets no turn, and what is measured then is up to three times too slow.
    /// </summary>
    public async Task<int> SettleAsync()
    {
        for (var second = 0; second < 25; second++)
        {
            var before = ProcessorTime;
            await Task.Delay(1000);
            if (ProcessorTime - before < 0.03) return second;
        }
        return 25;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private Uri Uri(string path) => new($"{scheme}://127.0.0.1:{Port}{path}");

    // The certificate of a server with TLS was made for this run, by ourselves.
#pragma warning disable CA5359
    private static SocketsHttpHandler NewHandler() => new() { UseProxy = false, AllowAutoRedirect = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
#pragma warning restore CA5359

    private static StringContent Form(string body) => new(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));

    private static string[] Command(Target target) => target.Product switch
    {
        Product.OidcProvider => ["node", Path.Combine(Parts.Folder, "oidc-provider", "server.mjs")],
        Product.OpenIddict => Dotnet("OpenIddict.Target"),
        Product.Gatehouse when target.IsStandalone => ["dotnet", Path.Combine(Parts.Folder, "..", "src", "Gatehouse.Server", "bin", Parts.Configuration, "net10.0", "Gatehouse.Server.dll")],
        Product.Gatehouse => Dotnet("Gatehouse.Target"),
        _ => Dotnet("Gatehouse.Limit"),
    };

    private static string[] Dotnet(string project) => ["dotnet", Path.Combine(Parts.Folder, project, "bin", Parts.Configuration, "net10.0", project + ".dll")];

    private static Dictionary<string, string> Environment(Target target, int port, string scheme, string? connection)
    {
        var environment = target.Settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        environment["URLS"] = $"{scheme}://127.0.0.1:{port}";
        environment["NODE_ENV"] = "production";
        if (connection is not null) environment["CONNECTION"] = environment["ConnectionStrings__Gatehouse"] = connection;
        return environment;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
