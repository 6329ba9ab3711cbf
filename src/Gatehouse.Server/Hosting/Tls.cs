// RFC 9325 - Recommendations for Secure Use of TLS and DTLS (§3.1, §4.2)
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gatehouse.Server.Hosting;

/// <summary>TLS 1.3, and of TLS 1.2 only the suites with a fresh key exchange and authenticated encryption.</summary>
internal static class Tls
{
    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    public static void AddTls(this WebApplicationBuilder builder, ServerSettings settings)
    {
        // Only Linux and macOS let a program choose; on Windows the machine's own policy does.
        var policy = OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(Suites);
        var certificate = NeedsDevelopmentCertificate(builder.Configuration, settings) ? DevelopmentCertificate.FindOrMake(settings) : null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureHttpsDefaults(https => Limit(https, policy, certificate));
        });
        // A listener that is asked for by --urls alone has no certificate of its own.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = builder.Configuration.GetValue("Gatehouse:ShutdownTimeout", TimeSpan.FromSeconds(30)));
    }

    private static void Limit(HttpsConnectionAdapterOptions https, CipherSuitesPolicy? policy, X509Certificate2? certificate)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (policy is not null) https.OnAuthenticate = (_, tls) => tls.CipherSuitesPolicy = policy;
        if (certificate is not null) https.ServerCertificate = certificate;
    }

    private static bool NeedsDevelopmentCertificate(ConfigurationManager configuration, ServerSettings settings) =>
        !configuration.GetSection("Kestrel:Endpoints").Exists() && !configuration.GetSection("Kestrel:Certificates:Default").Exists()
        && settings.Urls.Any(url => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
}
