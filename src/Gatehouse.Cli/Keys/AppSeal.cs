using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Gatehouse.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Cli.Keys;

/// <summary>
/// Seals keys as the app does. With a key-encryption key in the configuration that is certain; a Data Protection key ring is the app's if it opens a key that the app has stored, and is not used otherwise.
/// </summary>
internal static class AppSeal
{
    private const string HowTo =
        "Set Gatehouse:Keys:EncryptionKey for the app and this command, or name the folder of the app's Data Protection keys with --data-protection-keys, and its application name with --application-name.";

    /// <param name="keys">The app's.</param>
    /// <param name="stored">What it has stored.</param>
    /// <param name="folder">Of its Data Protection keys.</param>
    /// <param name="names">The application names to try.</param>
    /// <param name="seal">Opens and closes as the app does.</param>
    /// <param name="problem">Why there is none.</param>
    public static bool TryFind(
        AppKeys keys, IReadOnlyList<StoredKey> stored, DirectoryInfo folder, IEnumerable<string> names, [NotNullWhen(true)] out KeySeal? seal, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        var options = new GatehouseOptions();
        foreach (var key in keys.Options.EncryptionKeys) options.Keys.EncryptionKeys.Add(key);
        options.Keys.EncryptionKey = keys.Options.EncryptionKey;
        if (keys.Options.ReadEncryptionKeys().Count > 0)
        {
            seal = new(new EphemeralDataProtectionProvider(), Options.Create(options));
            return true;
        }
        seal = folder.Exists ? names.Select(name => new KeySeal(Ring(folder, name), Options.Create(options))).FirstOrDefault(candidate => stored.Any(key => Opens(candidate, key))) : null;
        if (seal is null)
            problem = $"What would be sealed here the app could not open: the Data Protection keys in {folder.FullName} {(folder.Exists ? "open none of the app's keys" : "do not exist")}. {HowTo}";
        return seal is not null;
    }

    /// <summary>Only reads the folder: making Data Protection keys is the app's business.</summary>
    private static IDataProtectionProvider Ring(DirectoryInfo folder, string name)
    {
        var services = new ServiceCollection();
        services.AddDataProtection().PersistKeysToFileSystem(folder).SetApplicationName(name).DisableAutomaticKeyGeneration();
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
