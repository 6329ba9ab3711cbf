using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Cli.Keys;

/// <summary>
/// Seals keys as the app does. With a key-encryption key in the configuration that is certain; a Data Protection key ring is the app's if it opens a key that the app has stored, and is not used otherwise.
/// </summary>
internal static class AppSeal
{
    private const string HowTo =
        "Set Gatehouse:Keys:EncryptionKey for the app and this command, or name the folder of the app's Data Protection keys with --data-protection-keys, or nothing if they are in its database, and its application name with --application-name.";

    /// <param name="keys">The app's.</param>
    /// <param name="stored">What it has stored.</param>
    /// <param name="folder">Of its Data Protection keys, if they were named; else those in its database are tried, and then those of this account.</param>
    /// <param name="names">The application names to try.</param>
    /// <param name="seal">Opens and closes as the app does.</param>
    /// <param name="problem">Why there is none.</param>
    public static bool TryFind(
        AppKeys keys, IReadOnlyList<StoredKey> stored, DirectoryInfo? folder, IReadOnlyList<string> names, [NotNullWhen(true)] out KeySeal? seal, [NotNullWhen(false)] out string? problem)
    {
        (seal, problem) = (null, null);
        var options = new GatehouseOptions();
        foreach (var key in keys.Options.EncryptionKeys) options.Keys.EncryptionKeys.Add(key);
        options.Keys.EncryptionKey = keys.Options.EncryptionKey;
        if (keys.Options.ReadEncryptionKeys().Count > 0)
        {
            seal = new(new EphemeralDataProtectionProvider(), Options.Create(options));
            return true;
        }
        if (!keys.TryReadRingCertificate(out var certificate, out problem)) return false;
        var account = new DirectoryInfo(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aspnet", "DataProtection-Keys"));
        seal = Rings(keys, folder, account).SelectMany(_ => names, (ring, name) => new KeySeal(Ring(ring, name, certificate), Options.Create(options)))
            .FirstOrDefault(candidate => stored.Any(key => Opens(candidate, key)));
        if (seal is null)
            problem = $"What would be sealed here the app could not open: the Data Protection keys in {(folder is null ? $"its database and in {account.FullName}" : folder.FullName)} "
                + $"{(folder is null or { Exists: true } ? "open none of the app's keys" : "do not exist")}. {HowTo}";
        return seal is not null;
    }

    private static IEnumerable<IXmlRepository> Rings(AppKeys keys, DirectoryInfo? named, DirectoryInfo account)
    {
        if (named is null) yield return keys.StoredRing;
        if ((named ?? account) is { Exists: true } folder) yield return new FileSystemXmlRepository(folder, NullLoggerFactory.Instance);
    }

    /// <summary>Only reads: making Data Protection keys is the app's business.</summary>
    private static IDataProtectionProvider Ring(IXmlRepository keys, string name, X509Certificate2? certificate)
    {
        var services = new ServiceCollection();
        var protection = services.AddDataProtection().SetApplicationName(name).DisableAutomaticKeyGeneration();
        if (certificate is not null) protection.UnprotectKeysWithAnyCertificate(certificate);
        services.Configure<KeyManagementOptions>(management => management.XmlRepository = keys);
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    private static bool Opens(KeySeal seal, StoredKey key)
    {
        try
        {
            CryptographicOperations.ZeroMemory(seal.Open(key.Id, key.SealedPrivateKey.Span));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
