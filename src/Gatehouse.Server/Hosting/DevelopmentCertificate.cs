using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Server.Hosting;

/// <summary>A certificate for this machine's own address, made once and kept in the data folder. Nothing on the machine is told to trust it: that is its owner's to do.</summary>
internal static class DevelopmentCertificate
{
    private const string File = "development-certificate.pfx";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    public static X509Certificate2 FindOrMake(ServerSettings settings)
    {
        if (settings.Urls.FirstOrDefault(url => !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback)) is { } elsewhere)
            throw new SettingsException(
                $"There is no certificate for {elsewhere}. Set Kestrel:Certificates:Default:Path (and :Password, or :KeyPath). One is made only where every address is this machine's own. (gatehouse explain 7054)");
        var path = Path.Combine(settings.DataFolder, File);
        if (System.IO.File.Exists(path) && X509CertificateLoader.LoadPkcs12FromFile(path, null) is var found && found.NotAfter > TimeProvider.System.GetLocalNow().DateTime) return found;
        var pfx = Make();
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path, options)) file.Write(pfx);
        return X509CertificateLoader.LoadPkcs12(pfx, null);
    }

    private static byte[] Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost, O=Gatehouse development", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now + Lifetime);
        return certificate.Export(X509ContentType.Pkcs12);
    }
}
