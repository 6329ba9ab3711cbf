// RFC 6749 - The OAuth 2.0 Authorization Framework (§10.10: credentials that cannot be guessed)
using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;

namespace Gatehouse.Protocol;

/// <summary>
/// What we hand out: <c>{prefix}{id}{secret}{checksum}</c>, 64 characters. Looked up by its id, proven by its secret, of which only
/// the SHA-256 is stored. The prefix and the checksum let a secret scanner recognise a leaked one without asking us.
/// </summary>
/// <remarks>
/// 4 characters of prefix, then base64url of 9 bytes id, 32 bytes secret (256 random bits) and 4 bytes CRC-32C. 45 bytes are
/// exactly 60 base64url characters, so there is one spelling only: a token that is changed anywhere is another token (SR-200).
/// <para>
/// An id is 32 bits of time and 40 random bits. What is stored together is then kept together: a transaction writes a few pages
/// of an index instead of one for every token.
/// </para>
/// </remarks>
internal sealed class Handle
{
    public const int Length = 64;

    private const int PrefixLength = 4, IdBytes = 9, SecretBytes = 32, ChecksumBytes = 4, Bytes = IdBytes + SecretBytes + ChecksumBytes;
    private const int IdLength = IdBytes / 3 * 4;

    private readonly string text;
    private readonly byte[] secret;

    private Handle(string text, byte[] secret) => (this.text, this.secret) = (text, secret);

    /// <summary>The public half, 12 characters. Safe to log.</summary>
    public string Id => text.Substring(PrefixLength, IdLength);

    /// <summary>The secret half: what a receipt's key is derived from. Never stored, never logged.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    public byte[] SecretHash() => SHA256.HashData(secret);

    public bool Matches(ReadOnlySpan<byte> hash)
    {
        Span<byte> mine = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(secret, mine);
        return CryptographicOperations.FixedTimeEquals(mine, hash);
    }

    /// <summary>The whole credential. Send it to the client; show it nowhere else.</summary>
    public string Reveal() => text;

    /// <summary>The id only, so that a handle in a log line or a debugger gives nothing away.</summary>
    public override string ToString() => Id;

    public static Handle New(string prefix)
    {
        Span<byte> random = stackalloc byte[IdBytes + SecretBytes];
        RandomNumberGenerator.Fill(random);
        // A place in an index, not an instant that anything goes by: so the true time, whatever a test's clock says. It begins anew every 50 days.
        BinaryPrimitives.WriteUInt32BigEndian(random, (uint)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        return Of(prefix, random[..IdBytes], random[IdBytes..]);
    }

    /// <summary>The handle with this id and this secret.</summary>
    internal static Handle Of(string prefix, ReadOnlySpan<byte> id, ReadOnlySpan<byte> secret)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        id.CopyTo(bytes);
        secret.CopyTo(bytes[IdBytes..]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[^ChecksumBytes..], Checksum(prefix, bytes));
        return new(prefix + Base64Url.EncodeToString(bytes), secret.ToArray());
    }

    /// <summary>128 random bits, for a <c>jti</c>: unique, and no secret.</summary>
    public static string NewId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Null for anything that we cannot have made: no look-up is spent on it.</summary>
    public static Handle? TryParse(string prefix, string? text)
    {
        if (text is not { Length: Length } || !text.StartsWith(prefix, StringComparison.Ordinal)) return null;
        Span<byte> bytes = stackalloc byte[Bytes];
        return Base64Url.DecodeFromChars(text.AsSpan(PrefixLength), bytes, out _, out var written) == OperationStatus.Done && written == Bytes
            && BinaryPrimitives.ReadUInt32BigEndian(bytes[^ChecksumBytes..]) == Checksum(prefix, bytes)
            ? new Handle(text, bytes.Slice(IdBytes, SecretBytes).ToArray())
            : null;
    }

    /// <summary>CRC-32C over prefix, id and secret: against typing, truncation and one kind in the place of another, not against an attacker.</summary>
    private static uint Checksum(string prefix, ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var c in prefix) crc = BitOperations.Crc32C(crc, (byte)c);
        foreach (var b in bytes[..(IdBytes + SecretBytes)]) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
