using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.RealClients;

/// <summary>The standalone server as its operator starts it: one file, https, a database that is made at first start.</summary>
public sealed partial class GatehouseServer : IAsyncLifetime
{
    public const string User = "alice", Password = "wonderland at tea time";
    public const string Resource = "https://weather.example";

    private readonly string folder = Directory.CreateTempSubdirectory("gatehouse-clients-").FullName;
    private RunningProgram? server;

    /// <summary>Of the clients that are told where the server is.</summary>
    public string Issuer { get; private set; } = "";

    /// <summary>Where the sample web app will listen; registered before it starts.</summary>
    public string Web { get; } = $"https://localhost:{FreePort()}";

    /// <summary>Where a native app's users end after signing out. Any port will do for a redirect URI, not for this one: it is compared as it is (RP-Initiated Logout §3).</summary>
    public string NativeBye { get; } = $"http://127.0.0.1:{FreePort()}/bye";

    internal Certificates Certificates { get; private set; } = null!;

    public string Output => server?.Output ?? "";

    public async ValueTask InitializeAsync()
    {
        Certificates = new(folder);
        Issuer = $"https://localhost:{FreePort()}";
        var settings = Path.Combine(folder, "rig.json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(Rig()));
        server = await RunningProgram.StartAsync("src/Gatehouse.Server",
            ["--urls", Issuer, "--config", settings],
            [
                ("ConnectionStrings__Gatehouse", $"Data Source={Path.Combine(folder, "gatehouse.db")}"),
                ("Kestrel__Certificates__Default__Path", Certificates.Certificate),
                ("Kestrel__Certificates__Default__KeyPath", Certificates.Key),
                ("Gatehouse__DataFolder", Path.Combine(folder, "data")),
                ("ASPNETCORE_ENVIRONMENT", "Production"),
            ],
            ServesPattern());
    }

    private object Rig() => new
    {
        Gatehouse = new
        {
            Issuer,
            Scopes = new Dictionary<string, string> { ["weather.read"] = "See the weather" },
            Resources = new[] { new { Identifier = Resource, Scopes = new[] { "weather.read" } } },
            Clients = new object[]
            {
                Client("web", "The web sample", "client_secret_post", [$"{Web}/signin-oidc"], [$"{Web}/signout-callback-oidc"], "ES256"),
                Client("node-basic", "openid-client", "client_secret_basic", ["https://rp.example/callback"], ["https://rp.example/bye"], "ES256"),
                Client("node-post", "openid-client", "client_secret_post", ["https://rp.example/callback"], ["https://rp.example/bye"], "PS256"),
                Client("native", "A native app", "none", ["http://127.0.0.1/callback"], [NativeBye], "RS256"),
            },
            Users = new[]
            {
                new Dictionary<string, object>
                {
                    ["username"] = User, ["password"] = Password, ["name"] = "Alice Liddell", ["given_name"] = "Alice", ["family_name"] = "Liddell", ["email"] = "alice@wonder.example",
                    ["email_verified"] = true, ["phone_number"] = "+44 20 7946 0000", ["address"] = new { locality = "Oxford", country = "England" },
                },
            },
        },
    };

    private static Dictionary<string, object> Client(string id, string name, string authentication, string[] redirects, string[] logoutRedirects, string algorithm)
    {
        var client = new Dictionary<string, object>
        {
            ["client_id"] = id,
            ["client_name"] = name,
            ["token_endpoint_auth_method"] = authentication,
            ["grant_types"] = new[] { "authorization_code", "refresh_token" },
            ["redirect_uris"] = redirects,
            ["post_logout_redirect_uris"] = logoutRedirects,
            ["scope"] = "openid profile email address phone offline_access weather.read",
            ["id_token_signed_response_alg"] = algorithm,
            ["application_type"] = authentication == "none" ? "native" : "web",
        };
        if (authentication != "none") client["client_secret"] = SecretOf(id);
        return client;
    }

    /// <summary>Made up for this run.</summary>
    public static string SecretOf(string clientId) => $"{clientId} keeps {Secret}";

    private static readonly string Secret = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("Now listening on|is at https://")]
    private static partial Regex ServesPattern();
}

/// <summary>The classes that share one running server.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneServer : ICollectionFixture<GatehouseServer>
{
    public const string Name = "One server";
}
