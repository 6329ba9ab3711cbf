using Gatehouse.Storage;

namespace Gatehouse.EntityFrameworkCore.Model;

internal static class RowConversions
{
    public static long ToMilliseconds(this DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    public static DateTimeOffset ToInstant(this long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static ArtifactRow ToRow(this Artifact artifact) => new()
    {
        Id = artifact.Id,
        Kind = artifact.Kind,
        FamilyId = artifact.FamilyId,
        ClientId = artifact.ClientId,
        Subject = artifact.Subject,
        SecretHash = artifact.SecretHash.ToBytes(),
        Payload = artifact.Payload,
        ExpiresAt = artifact.ExpiresAt.ToMilliseconds(),
        SpentAt = artifact.SpentAt?.ToMilliseconds(),
        Receipt = artifact.Receipt?.ToBytes(),
    };

    public static Artifact ToArtifact(this ArtifactRow row) =>
        new(row.Id, row.Kind, row.FamilyId, row.ClientId, row.Subject, row.SecretHash, row.Payload, row.ExpiresAt.ToInstant())
        {
            SpentAt = row.SpentAt?.ToInstant(),
            Receipt = row.Receipt.ToMemory(),
        };

    public static FamilyRow ToRow(this Family family) => new()
    {
        Id = family.Id,
        ClientId = family.ClientId,
        Subject = family.Subject,
        CreatedAt = family.CreatedAt.ToMilliseconds(),
        ExpiresAt = family.ExpiresAt.ToMilliseconds(),
        RevokedAt = family.RevokedAt?.ToMilliseconds(),
        SessionId = family.SessionId,
        Scope = family.Scope,
        LastUsedAt = family.LastUsedAt?.ToMilliseconds(),
    };

    public static Family ToFamily(this FamilyRow row) =>
        new(row.Id, row.ClientId, row.Subject, row.CreatedAt.ToInstant(), row.ExpiresAt.ToInstant())
        {
            RevokedAt = row.RevokedAt?.ToInstant(),
            SessionId = row.SessionId,
            Scope = row.Scope,
            LastUsedAt = row.LastUsedAt?.ToInstant(),
        };

    /// <summary>The bytes, without a copy where they are a whole array already, as hashes and receipts are.</summary>
    public static byte[] ToBytes(this ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } whole && segment.Count == whole.Length
            ? whole
            : memory.ToArray();

    /// <summary>Null for null. The language would make it an empty memory, which is a receipt of no bytes.</summary>
    public static ReadOnlyMemory<byte>? ToMemory(this byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;
}
