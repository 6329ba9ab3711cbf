using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Load.Machinery;

/// <summary>One server, alone on its core.</summary>
internal sealed class Server : IDisposable
{
    private static readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Process process;

    private Server(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public double ProcessorTime => Machinery.ProcessorTime.Of(process.Id);

    public static async Task<Server> StartAsync(Target target, string? connection, string folder)
    {
        var port = FreePort();
        var server = new Server(Pinned.Start(Pinned.ServerCore, Command(target), Environment(target, port, connection), folder: folder), port);
        for (var i = 0; ; i++)
        {
            if (server.process.HasExited) throw new InvalidOperationException($"{target.Name} did not start.");
            try
            {
                if ((await http.GetAsync(server.Uri(target.HealthPath))).IsSuccessStatusCode) return server;
            }
            catch (HttpRequestException) when (i < 600)
            {
            }
            await Task.Delay(50);
        }
    }

    /// <summary>As many distinct access tokens, so that no server answers from what it has just seen.</summary>
    public async Task<string[]> CollectTokensAsync(Target target, int count)
    {
        var tokens = new string[count];
        for (var i = 0; i < count; i++)
        {
            using var body = new StringContent(target.PasswordBody, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
            using var answer = await http.PostAsync(Uri(target.TokenPath), body);
            var json = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{target.Name} answered a password request with {(int)answer.StatusCode} {json}");
            tokens[i] = System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("access_token").GetString()!;
        }
        return tokens;
    }

    /// <summary>Signs somebody in as a browser would, once; returns the cookies that it has then.</summary>
    public async Task<string> SignInAsync(Target target)
    {
        // oidc-provider has no login page of its own: there the first authorization request goes through one, and so through a few redirects.
        var path = target.Product is Product.OidcProvider ? target.Authorize("openid", null).With("{challenge}", new string('A', 43)).Path : "/sign-in";
        var cookies = new CookieContainer();
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false, UseProxy = false });
        for (var next = Uri(path); next.Port == Port;)
        {
            using var answer = await browser.GetAsync(next);
            if (answer.Headers.Location is { } location) next = new Uri(next, location);
            else if (answer.IsSuccessStatusCode) break;
            else throw new InvalidOperationException($"{target.Name} answered {next.AbsolutePath} with {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        return cookies.GetCookieHeader(Uri("/"));
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

    private Uri Uri(string path) => new($"http://127.0.0.1:{Port}{path}");

    private static string[] Command(Target target) => target.Product switch
    {
        Product.OidcProvider => ["node", Path.Combine(Parts.Folder, "oidc-provider", "server.mjs")],
        Product.OpenIddict => Dotnet("OpenIddict.Target"),
        Product.Gatehouse => Dotnet("Gatehouse.Target"),
        _ => Dotnet("Gatehouse.Limit"),
    };

    private static string[] Dotnet(string project) => ["dotnet", Path.Combine(Parts.Folder, project, "bin", Parts.Configuration, "net10.0", project + ".dll")];

    private static Dictionary<string, string> Environment(Target target, int port, string? connection)
    {
        var environment = target.Settings.ToDictionary(setting => setting.Name, setting => setting.Value);
        environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        environment["URLS"] = $"http://127.0.0.1:{port}";
        environment["NODE_ENV"] = "production";
        if (connection is not null) environment["CONNECTION"] = connection;
        return environment;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
