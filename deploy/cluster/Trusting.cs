using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Cluster;

/// <summary>Clients that trust the certificate of one run and no other. No redirects, no cookies.</summary>
internal static class Trusting
{
    public static HttpClient CreateClient(X509Certificate2 certificate, Uri address, TimeSpan? timeout = null) => new(CreateHandler(certificate)) { BaseAddress = address, Timeout = timeout ?? TimeSpan.FromSeconds(60) };

    public static SocketsHttpHandler CreateHandler(X509Certificate2 certificate) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData) },
    };
}
