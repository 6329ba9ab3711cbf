using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gatehouse.Server.Hosting;

namespace Gatehouse.Server.Tests;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
[Trait("SR", "SR-244")]
public sealed class TlsTests
{
    private static readonly TlsCipherSuite[] OldSuites =
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
    ];

    private static async Task<SslProtocols> HandshakeAsync(int port, SslProtocols protocols, TlsCipherSuite[]? suites)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", port, TestContext.Current.CancellationToken);
        using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocols,
            CipherSuitesPolicy = suites is null ? null : new(suites),
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject.Contains("O=Gatehouse development", StringComparison.Ordinal),
        }, TestContext.Current.CancellationToken);
        // With TLS 1.3 a client believes in the handshake before the server has refused it.
        await tls.WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await tls.ReadAsync(new byte[16], TestContext.Current.CancellationToken));
        return tls.SslProtocol;
    }

    [Fact]
    public async Task Old_suites_are_refused_and_new_ones_are_not()
    {
        await using var server = await RunningServer.StartAsync("https");
        var port = new Uri(server.Url).Port;
        Assert.Equal(SslProtocols.Tls13, await HandshakeAsync(port, SslProtocols.None, null));
        Assert.Equal(SslProtocols.Tls12, await HandshakeAsync(port, SslProtocols.Tls12, [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]));
        await Assert.ThrowsAnyAsync<AuthenticationException>(() => HandshakeAsync(port, SslProtocols.Tls12, OldSuites));
    }

    // Without this, the test above could pass because this machine's client cannot speak those suites at all.
    [Fact]
    public async Task A_server_without_our_policy_would_take_the_old_suites()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-tls-").FullName;
        using var certificate = DevelopmentCertificate.FindOrMake(new(["https://localhost:1"], folder, "", true, true));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepted = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(certificate);
            return tls.NegotiatedCipherSuite;
        }, TestContext.Current.CancellationToken);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port, TestContext.Current.CancellationToken);
        using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls12,
            CipherSuitesPolicy = new(OldSuites),
            RemoteCertificateValidationCallback = (_, seen, _, _) => seen!.Subject.Contains("O=Gatehouse development", StringComparison.Ordinal),
        }, TestContext.Current.CancellationToken);

        Assert.Contains(await accepted, OldSuites);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    [Trait("SR", "SR-210")]
    public async Task Cookies_are_for_this_host_and_https_only()
    {
        await using var server = await RunningServer.StartAsync("https");
        await server.AddUserAsync();
        using var visitor = new Visitor(server);
        var cookies = new[] { await visitor.GetAsync("/account/login"), await visitor.SignInAsync() }
            .SelectMany(page => page.Response.Headers.TryGetValues("Set-Cookie", out var values) ? values : []).Where(cookie => !cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.Ordinal)).ToList();

        Assert.True(cookies.Count >= 3);
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-", cookie, StringComparison.Ordinal);
            Assert.Contains("; path=/;", cookie, StringComparison.Ordinal);
            Assert.Contains("; secure", cookie, StringComparison.Ordinal);
            Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
            Assert.Contains("; samesite=", cookie, StringComparison.Ordinal);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.True(cookie.IndexOf(';', StringComparison.Ordinal) < 4096);
        });
    }

    [Theory]
    [InlineData("https://0.0.0.0:5443")]
    [InlineData("https://*:5443")]
    public void A_certificate_of_our_own_making_is_for_this_machine_only(string url)
    {
        var refused = Assert.Throws<SettingsException>(() => ServerApp.Build(["--urls", url, "--Gatehouse:Issuer", "https://app.example", "--Gatehouse:DataFolder", Path.GetTempPath() + "gatehouse-none"]));
        Assert.Contains("Kestrel:Certificates:Default:Path", refused.Message, StringComparison.Ordinal);
    }
}
