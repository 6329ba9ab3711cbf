using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Cli.App;
using Gatehouse.Cli.Audit;
using Gatehouse.Keys;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Cli.Keys;

/// <summary>The app's signing keys, by the times that its configuration gives them. What the app sets in code is not seen.</summary>
internal sealed class AppKeys(AppDatabase database, KeyOptions options)
{
    public IKeyStore Store => database.Keys;

    public DateTimeOffset Now => database.Clock.GetUtcNow();

    /// <summary>What an operator does to a key stands in the audit trail.</summary>
    public Task TakeDownAsync(Terminal terminal, string type, string kid, string what, CancellationToken ct) =>
        database.TakeDownAsync(terminal, type, null, null, ct, ("kid", kid), ("what", what));

    /// <summary>The app's content root.</summary>
    public string Folder => database.App.Folder;

    /// <summary>Data Protection's, in the database.</summary>
    public IXmlRepository StoredRing => database.DataProtectionKeys;

    /// <summary>What opens keys of Data Protection that the standalone server encrypts; null if it does not encrypt them.</summary>
    /// <returns>False if it does and the certificate cannot be had; <paramref name="problem"/> says why.</returns>
    public bool TryReadRingCertificate(out X509Certificate2? certificate, [NotNullWhen(false)] out string? problem)
    {
        (certificate, problem) = (null, null);
        if (database.App.Values["Gatehouse:DataProtection:CertificatePath"] is not { Length: > 0 } path) return true;
        var file = Path.GetFullPath(path, Folder);
        try
        {
            certificate = X509CertificateLoader.LoadPkcs12FromFile(file, database.App.Values["Gatehouse:DataProtection:CertificatePassword"]);
            if (certificate.HasPrivateKey) return true;
            problem = $"The certificate {file} has no private key, so it opens nothing. Name the PKCS #12 file that the app uses in Gatehouse:DataProtection:CertificatePath. (gatehouse explain 8018)";
            certificate.Dispose();
            certificate = null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            problem = $"The certificate {file} cannot be read: {e.Message.TrimEnd('.')}. Set Gatehouse:DataProtection:CertificatePath and Gatehouse:DataProtection:CertificatePassword as the app has them. (gatehouse explain 8018)";
        }
        return false;
    }

    public KeyOptions Options => options;

    public KeySchedule Schedule { get; } = new(options);

    public static bool TryOpen(AppDatabase database, [NotNullWhen(true)] out AppKeys? keys, [NotNullWhen(false)] out string? problem)
    {
        var options = new KeyOptions();
        database.App.Values.GetSection("Gatehouse:Keys").Bind(options);
        problem = options.Problems().FirstOrDefault();
        keys = problem is null ? new(database, options) : null;
        return problem is null;
    }

    /// <summary>The key that signs with this algorithm now, as every node that can open it sees it.</summary>
    public StoredKey? SignerOf(string algorithm, IReadOnlyList<StoredKey> stored) => Schedule.TurnOf(algorithm, stored, static _ => true, Now).Signer;
}
