using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Keys;

/// <summary>Opens stored keys, each once. One that cannot be opened is said so once, and tried again now and then: what it was sealed with may yet reach this node.</summary>
internal sealed partial class KeyOpener(KeySeal seal, ILogger<KeyOpener> log) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, SigningKey> opened = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VerificationKey?> read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> tried = new(StringComparer.Ordinal);

    /// <summary>Null if this node cannot sign with it.</summary>
    public SigningKey? Open(StoredKey key, DateTimeOffset now)
    {
        lock (gate) return opened.TryGetValue(key.Id, out var known) ? known : TryOpen(key, now);
    }

    private SigningKey? TryOpen(StoredKey key, DateTimeOffset now)
    {
        var again = tried.TryGetValue(key.Id, out var last);
        if (again && now - last < Pause) return null;
        tried[key.Id] = now;
        try
        {
            var pkcs8 = seal.Open(key.Id, key.SealedPrivateKey.Span);
            var signing = SigningKey.Open(key.Algorithm, pkcs8);
            CryptographicOperations.ZeroMemory(pkcs8);
            if (signing.Id != key.Id) throw new CryptographicException("It is another key than its name says: restore the row of this key from a backup, or retire the key.");
            return opened[key.Id] = signing;
        }
        catch (CryptographicException e)
        {
            if (!again) Unreadable(log, key.Id, key.Algorithm, e.Message);
            return null;
        }
    }

    /// <summary>The public half, for which nothing need be opened; null if what is stored is no key.</summary>
    public VerificationKey? Read(StoredKey key)
    {
        lock (gate) return opened.TryGetValue(key.Id, out var signing) ? signing : read.TryGetValue(key.Id, out var known) ? known : TryRead(key);
    }

    private VerificationKey? TryRead(StoredKey key)
    {
        try
        {
            return read[key.Id] = VerificationKey.Read(key.Algorithm, key.PublicKey);
        }
        catch (CryptographicException e)
        {
            Damaged(log, key.Id, e.Message);
            return read[key.Id] = null;
        }
    }

    public void Dispose()
    {
        foreach (var key in opened.Values) key.Dispose();
        foreach (var key in read.Values) key?.Dispose();
    }

    [LoggerMessage(1202, LogLevel.Error, "Signing key {Kid} ({Algorithm}) cannot be opened; another key signs instead, and tokens that it signed still verify. {Reason}")]
    private static partial void Unreadable(ILogger log, string kid, string algorithm, string reason);

    [LoggerMessage(1204, LogLevel.Error, "The public half of signing key {Kid} cannot be read ({Reason}); tokens that it signed are refused. Restore its row from a backup, or retire the key.")]
    private static partial void Damaged(ILogger log, string kid, string reason);
}
