using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Gatehouse.Limit;

/// <summary>Checked tokens in memory, by the first half of their hash.</summary>
internal sealed class TokenCache
{
    private readonly ConcurrentDictionary<UInt128, (string Subject, long ExpiresAt)> entries = new();

    public void Add(byte[] hash, string subject) => entries[Key(hash)] = (subject, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 3600);

    public string? Find(byte[] hash) =>
        entries.TryGetValue(Key(hash), out var entry) && entry.ExpiresAt > DateTimeOffset.UtcNow.ToUnixTimeSeconds() ? entry.Subject : null;

    private static UInt128 Key(byte[] hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
