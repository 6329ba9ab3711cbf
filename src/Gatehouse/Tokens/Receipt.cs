// RFC 9700 - Best Current Practice for OAuth 2.0 Security (§4.14.2: refresh token rotation)
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Tokens;

/// <summary>What a receipt is sealed to: the presented token, and everything that must be the same for the same answer.</summary>
/// <param name="Presented">The token that was spent. Its secret is the key; the store has only its hash, so the store cannot open a receipt.</param>
/// <param name="Binding">Client, sender constraint and parameters of the request.</param>
internal sealed record ReceiptSeal(Handle Presented, string Binding);

/// <summary>
/// The whole answer to a refresh, kept on the spent token and sealed so that only whoever presents that token again can read it: a client that
/// lost the answer gets it again, and the database still never holds a usable token.
/// </summary>
/// <remarks>AES-256-GCM under HKDF-SHA256 of the presented secret. The layout is version, nonce, tag, ciphertext; the binding is authenticated with it.</remarks>
internal static class Receipt
{
    private const byte Version = 1;
    private const int NonceLength = 12, TagLength = 16, HeaderLength = 1 + NonceLength + TagLength, IdLength = 12;

    /// <param name="seal">What it is sealed to.</param>
    /// <param name="successor">The id of the refresh token inside: once that is spent, the receipt is worth nothing.</param>
    /// <param name="answer">The answer, byte for byte.</param>
    public static byte[] Seal(ReceiptSeal seal, string successor, ReadOnlySpan<byte> answer)
    {
        var receipt = new byte[HeaderLength + IdLength + answer.Length];
        receipt[0] = Version;
        var nonce = receipt.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        var content = receipt.AsSpan(HeaderLength);
        Encoding.ASCII.GetBytes(successor, content);
        answer.CopyTo(content[IdLength..]);
        using var aes = OpenCipher(seal.Presented);
        aes.Encrypt(nonce, content, content, receipt.AsSpan(1 + NonceLength, TagLength), Encoding.UTF8.GetBytes(seal.Binding));
        return receipt;
    }

    /// <summary>False if it was sealed to anything else: another client, other parameters, another token.</summary>
    public static bool TryOpen(ReceiptSeal seal, ReadOnlySpan<byte> receipt, out string successor, out byte[] answer)
    {
        (successor, answer) = ("", []);
        if (receipt.Length < HeaderLength + IdLength || receipt[0] != Version) return false;
        var content = new byte[receipt.Length - HeaderLength];
        using var aes = OpenCipher(seal.Presented);
        try
        {
            aes.Decrypt(receipt.Slice(1, NonceLength), receipt[HeaderLength..], receipt.Slice(1 + NonceLength, TagLength), content, Encoding.UTF8.GetBytes(seal.Binding));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        successor = Encoding.ASCII.GetString(content, 0, IdLength);
        answer = content[IdLength..];
        return true;
    }

    private static AesGcm OpenCipher(Handle presented)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, presented.Secret, key, salt: [], info: "gatehouse receipt v1"u8);
        var aes = new AesGcm(key, TagLength);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }

    /// <summary>Length-prefixed, so that no two different lists of parts give the same binding.</summary>
    public static string Binding(params ReadOnlySpan<string?> parts)
    {
        var binding = new StringBuilder();
        foreach (var part in parts) binding.Append(part?.Length ?? -1).Append(':').Append(part).Append(';');
        return binding.ToString();
    }
}
