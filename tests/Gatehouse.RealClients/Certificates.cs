using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.RealClients;

/// <summary>An authority of this run's own and one certificate by it for this machine: every client checks it as it would any other. Nothing on the machine is changed.</summary>
internal sealed class Certificates
{
    public Certificates(string folder)
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Gatehouse test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], critical: false));
        using var server = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));

        (Authority, Certificate, Key) = (Path.Combine(folder, "authority.pem"), Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        File.WriteAllText(Certificate, server.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Paths of PEM files.</summary>
    public string Authority { get; }

    public string Certificate { get; }

    public string Key { get; }

    /// <summary>For a client in this process.</summary>
    public SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        SslOptions = new()
        {
            CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509Certificate2.CreateFromPem(File.ReadAllText(Authority)) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };
}
