// RFC 7914 - The scrypt Password-Based Key Derivation Function
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gatehouse.ClientAuthentication;

/// <summary>scrypt, for the secrets of imported clients until their first use. Names of steps and variables are the RFC's.</summary>
internal static class Scrypt
{
    private const int WordsPerSalsaBlock = 16;

    /// <param name="password">The secret.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="n">CPU and memory cost: a power of two above 1.</param>
    /// <param name="r">Block size.</param>
    /// <param name="p">Parallelization.</param>
    /// <param name="length">Bytes to derive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside RFC 7914 §2, or asks for more than 1 GiB.</exception>
    public static byte[] DeriveKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int n, int r, int p, int length)
    {
        if (n < 2 || !BitOperations.IsPow2(n)) throw new ArgumentOutOfRangeException(nameof(n), n, "N must be a power of two above 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(r, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(128L * r * ((long)n + p), 1L << 30, nameof(n));

        var blockBytes = 128 * r;
        var blocks = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations: 1, HashAlgorithmName.SHA256, p * blockBytes);
        // The table and two working blocks, reused for each of the p lanes. Zeroed at the end:
        // they hold what the secret can be guessed against.
        var table = new uint[n * 32 * r];
        var x = new uint[32 * r];
        var y = new uint[32 * r];
        for (var lane = 0; lane < p; lane++)
            RoMix(blocks.AsSpan(lane * blockBytes, blockBytes), n, table, x, y);
        var key = Rfc2898DeriveBytes.Pbkdf2(password, blocks, iterations: 1, HashAlgorithmName.SHA256, length);
        CryptographicOperations.ZeroMemory(blocks);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(table.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(x.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(y.AsSpan()));
        return key;
    }

    /// <summary>§5: scryptROMix.</summary>
    private static void RoMix(Span<byte> block, int n, uint[] v, uint[] x, uint[] y)
    {
        for (var i = 0; i < x.Length; i++) x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        for (var i = 0; i < n; i++)
        {
            x.CopyTo(v.AsSpan(i * x.Length));
            BlockMix(x, y);
            (x, y) = (y, x);
        }
        for (var i = 0; i < n; i++)
        {
            // Integerify: the last 64-byte block as a little-endian integer; N is a power of two of at most 31 bits, so its first word is enough.
            var j = (int)(x[^WordsPerSalsaBlock] & (uint)(n - 1));
            Xor(x, v.AsSpan(j * x.Length, x.Length));
            BlockMix(x, y);
            (x, y) = (y, x);
        }
        for (var i = 0; i < x.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(block[(4 * i)..], x[i]);
    }

    /// <summary>§4: scryptBlockMix. Even blocks go to the first half of the output, odd ones to the second.</summary>
    private static void BlockMix(ReadOnlySpan<uint> b, Span<uint> output)
    {
        Span<uint> x = stackalloc uint[WordsPerSalsaBlock];
        b[^WordsPerSalsaBlock..].CopyTo(x);
        var count = b.Length / WordsPerSalsaBlock;
        for (var i = 0; i < count; i++)
        {
            Xor(x, b.Slice(i * WordsPerSalsaBlock, WordsPerSalsaBlock));
            Salsa20_8(x);
            x.CopyTo(output[(((i & 1) * (count / 2) + i / 2) * WordsPerSalsaBlock)..]);
        }
    }

    private static void Xor(Span<uint> x, ReadOnlySpan<uint> with)
    {
        var wide = MemoryMarshal.Cast<uint, Vector<uint>>(x);
        var wideWith = MemoryMarshal.Cast<uint, Vector<uint>>(with);
        for (var i = 0; i < wide.Length; i++) wide[i] ^= wideWith[i];
        for (var i = wide.Length * Vector<uint>.Count; i < x.Length; i++) x[i] ^= with[i];
    }

    /// <summary>§3: the Salsa20/8 core, four double rounds.</summary>
    private static void Salsa20_8(Span<uint> b)
    {
        Span<uint> x = stackalloc uint[WordsPerSalsaBlock];
        b.CopyTo(x);
        for (var i = 0; i < 4; i++)
        {
            QuarterRound(x, 0, 4, 8, 12);
            QuarterRound(x, 5, 9, 13, 1);
            QuarterRound(x, 10, 14, 2, 6);
            QuarterRound(x, 15, 3, 7, 11);
            QuarterRound(x, 0, 1, 2, 3);
            QuarterRound(x, 5, 6, 7, 4);
            QuarterRound(x, 10, 11, 8, 9);
            QuarterRound(x, 15, 12, 13, 14);
        }
        for (var i = 0; i < x.Length; i++) b[i] += x[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRound(Span<uint> x, int a, int b, int c, int d)
    {
        x[b] ^= BitOperations.RotateLeft(x[a] + x[d], 7);
        x[c] ^= BitOperations.RotateLeft(x[b] + x[a], 9);
        x[d] ^= BitOperations.RotateLeft(x[c] + x[b], 13);
        x[a] ^= BitOperations.RotateLeft(x[d] + x[c], 18);
    }
}
