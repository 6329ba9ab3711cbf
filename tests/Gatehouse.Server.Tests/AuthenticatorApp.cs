using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Gatehouse.Server.Tests;

/// <summary>What an app on a phone does with the key (RFC 6238, RFC 4226 §5.3).</summary>
internal sealed class AuthenticatorApp(string key)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <param name="steps">Half minutes from now: a code of the next one is good already.</param>
    public string Code(int steps = 0)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30 + steps);
#pragma warning disable CA5350 // What every authenticator app uses; HMAC does not need what SHA-1 has lost.
        var hash = HMACSHA1.HashData(Decode(key.Replace(" ", "", StringComparison.Ordinal)), counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string base32)
    {
        var bits = string.Concat(base32.Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
