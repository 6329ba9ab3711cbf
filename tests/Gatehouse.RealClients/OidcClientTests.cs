using System.Net;
using System.Net.Sockets;
using System.Text;
using Duende.IdentityModel.OidcClient;
using Duende.IdentityModel.OidcClient.Browser;

namespace Gatehouse.RealClients;

/// <summary>A native app with Duende's OidcClient: a public client, PKCE, and whatever loopback port the system gave it (RFC 8252).</summary>
[Collection(OneServer.Name)]
public sealed class OidcClientTests(GatehouseServer server)
{
    [Fact]
    [Trait("SR", "SR-002")]
    public async Task A_native_app_signs_in_through_a_loopback_port_refreshes_and_signs_out()
    {
        using var callback = new TcpListener(IPAddress.Loopback, 0);
        using var bye = new TcpListener(IPAddress.Loopback, new Uri(server.NativeBye).Port);
        callback.Start();
        bye.Start();
        using var browser = new SystemBrowser(server, [callback, bye]);
        var client = new OidcClient(new()
        {
            Authority = server.Issuer,
            ClientId = "native",
            Scope = "openid profile email offline_access",
            RedirectUri = $"http://127.0.0.1:{PortOf(callback)}/callback",
            PostLogoutRedirectUri = server.NativeBye,
            Browser = browser,
            BackchannelHandler = server.Certificates.NewHandler(),
        });
        var ct = TestContext.Current.CancellationToken;

        var login = await client.LoginAsync(new LoginRequest(), ct);
        Assert.False(login.IsError, $"{login.Error} {login.ErrorDescription}\n{server.Output}");
        Assert.Equal("Alice Liddell", login.User.FindFirst("name")?.Value);

        var userinfo = await client.GetUserInfoAsync(login.AccessToken, ct);
        Assert.False(userinfo.IsError, userinfo.Error);
        Assert.Contains(userinfo.Claims, claim => claim is { Type: "email", Value: "alice@wonder.example" });

        var refreshed = await client.RefreshTokenAsync(login.RefreshToken, cancellationToken: ct);
        Assert.False(refreshed.IsError, refreshed.Error);
        Assert.NotEqual(login.RefreshToken, refreshed.RefreshToken);

        var logout = await client.LogoutAsync(new LogoutRequest { IdTokenHint = login.IdentityToken }, ct);
        Assert.False(logout.IsError, logout.Error);
        Assert.StartsWith(server.NativeBye, logout.Response, StringComparison.Ordinal);
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Where the app opens a page; the last redirect comes back to the app's own port, as it would from a browser.</summary>
    private sealed class SystemBrowser(GatehouseServer server, TcpListener[] listeners) : IBrowser, IDisposable
    {
        private readonly TextBrowser browser = new(server);

        public void Dispose() => browser.Dispose();

        public async Task<BrowserResult> InvokeAsync(BrowserOptions options, CancellationToken cancellationToken = default)
        {
            var end = await browser.VisitAsync(options.StartUrl, GatehouseServer.User, GatehouseServer.Password);
            using var visitor = new HttpClient();
            var visit = visitor.GetAsync(end, cancellationToken);
            using var connection = await listeners.Single(listener => PortOf(listener) == new Uri(options.EndUrl).Port).AcceptTcpClientAsync(cancellationToken);
            var stream = connection.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var asked = (await reader.ReadLineAsync(cancellationToken))!.Split(' ')[1];
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray(), cancellationToken);
            (await visit).EnsureSuccessStatusCode();
            return new() { ResultType = BrowserResultType.Success, Response = new Uri(new Uri(options.EndUrl), asked).AbsoluteUri };
        }
    }
}
