using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Keys;

/// <summary>
/// Private keys at rest: by Data Protection, or by a key-encryption key of the configuration. What one of them sealed is opened even after the other became the rule, so an app may move.
/// </summary>
internal sealed class KeySeal(IDataProtectionProvider protection, IOptions<GatehouseOptions> options)
{
    // AES-256-GCM: the mark, four bytes that name the key-encryption key, nonce, tag, ciphertext. What Data Protection seals begins with 09 F0 C9 F0.
    private const byte Mark = 1;
    private const int NameLength = 4, NonceLength = 12, TagLength = 16, HeaderLength = 1 + NameLength + NonceLength + TagLength;

    private readonly IDataProtector protector = protection.CreateProtector("Gatehouse.Keys.PrivateKey.v1");
    private readonly IReadOnlyList<byte[]> encryptionKeys = options.Value.Keys.ReadEncryptionKeys();

    public byte[] Close(string kid, byte[] pkcs8) => encryptionKeys is [var key, ..] ? Encrypt(key, kid, pkcs8) : protector.Protect(pkcs8);

    /// <exception cref="CryptographicException">It cannot be opened; the message says what to change.</exception>
    public byte[] Open(string kid, ReadOnlySpan<byte> closed)
    {
        if (closed is [Mark, ..] && closed.Length > HeaderLength) return Decrypt(kid, closed);
        try
        {
            return protector.Unprotect(closed.ToArray());
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException($"All nodes must share one Data Protection key ring: AddDataProtection().PersistKeysTo…() and the same application name. ({e.Message})", e);
        }
    }

    private static byte[] Encrypt(byte[] key, string kid, byte[] pkcs8)
    {
        var closed = new byte[HeaderLength + pkcs8.Length];
        closed[0] = Mark;
        NameOf(key).CopyTo(closed.AsSpan(1));
        var nonce = closed.AsSpan(1 + NameLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        // The kid is bound in: one stored key's ciphertext cannot be put in place of another's.
        aes.Encrypt(nonce, pkcs8, closed.AsSpan(HeaderLength), closed.AsSpan(1 + NameLength + NonceLength, TagLength), System.Text.Encoding.UTF8.GetBytes(kid));
        return closed;
    }

    private byte[] Decrypt(string kid, ReadOnlySpan<byte> closed)
    {
        foreach (var key in encryptionKeys)
        {
            if (!closed.Slice(1, NameLength).SequenceEqual(NameOf(key))) continue;
            var pkcs8 = new byte[closed.Length - HeaderLength];
            using var aes = new AesGcm(key, TagLength);
            try
            {
                aes.Decrypt(closed.Slice(1 + NameLength, NonceLength), closed[HeaderLength..], closed.Slice(1 + NameLength + NonceLength, TagLength), pkcs8, System.Text.Encoding.UTF8.GetBytes(kid));
                return pkcs8;
            }
            catch (AuthenticationTagMismatchException e)
            {
                throw new CryptographicException("What is stored was altered: restore the row of this key from a backup, or retire the key.", e);
            }
        }
        throw new CryptographicException("It was sealed with a key-encryption key that is not configured: put that into Gatehouse:Keys:EncryptionKeys, after the one that seals now.");
    }

    /// <summary>Says which key it is, and nothing of use about it: the keys are random.</summary>
    private static ReadOnlySpan<byte> NameOf(byte[] key) => SHA256.HashData(key).AsSpan(0, NameLength);
}
