using System.ComponentModel.DataAnnotations.Schema;

namespace Gatehouse.EntityFrameworkCore.Model;

// What the tables hold. Plain classes beside the records of the core, because a row has what a database has: instants as Unix
// milliseconds (SQLite has no type for them, and no provider may compare them as text) and byte arrays.

[Table("gatehouse_artifacts")]
internal sealed class ArtifactRow
{
    public required string Id { get; init; }
    public required string Kind { get; init; }
    public required Guid FamilyId { get; init; }
    public required string ClientId { get; init; }
    public string? Subject { get; init; }
    public required byte[] SecretHash { get; init; }
    public required string Payload { get; init; }
    public long ExpiresAt { get; init; }
    public long? SpentAt { get; set; }
    public byte[]? Receipt { get; set; }
}

[Table("gatehouse_families")]
internal sealed class FamilyRow
{
    public required Guid Id { get; init; }
    public required string ClientId { get; init; }
    public string? Subject { get; init; }
    public long CreatedAt { get; init; }
    public long ExpiresAt { get; init; }
    public long? RevokedAt { get; set; }
    public string? SessionId { get; init; }
    public string? Scope { get; init; }
    public long? LastUsedAt { get; init; }
}

[Table("gatehouse_remembered_keys")]
internal sealed class RememberedKeyRow
{
    public required string Key { get; init; }
    public long ExpiresAt { get; init; }
}

[Table("gatehouse_clients")]
internal sealed class ClientRow
{
    public required string Id { get; init; }
    public required string Metadata { get; set; }
    public required string Secrets { get; set; }
    public long CreatedAt { get; init; }
    public string? Registration { get; set; }
    public long? UnusedUntil { get; set; }
}

[Table("gatehouse_consents")]
internal sealed class ConsentRow
{
    public required string Subject { get; init; }
    public required string ClientId { get; init; }
    public required string Scope { get; init; }
    public long GrantedAt { get; init; }
}

[Table("gatehouse_signing_keys")]
internal sealed class SigningKeyRow
{
    public required string Id { get; init; }

    /// <summary>One more than the key before it: the order of keys, whatever the clocks of the nodes that made them say.</summary>
    public int Number { get; init; }

    public required string Algorithm { get; init; }
    public required string PublicKey { get; init; }
    public required byte[] SealedPrivateKey { get; init; }
    public long CreatedAt { get; init; }
    public long ActivatesAt { get; init; }
    public long? RetiredAt { get; set; }

    /// <summary>A <c>KeyReplacement</c>, which only ever grows.</summary>
    public int Replacement { get; set; }
}

[Table("gatehouse_attempts")]
internal sealed class AttemptsRow
{
    public required string Key { get; init; }
    public int Failures { get; init; }
    public long LastAt { get; init; }
}

[Table("gatehouse_sessions")]
internal sealed class SessionRow
{
    public required string Id { get; init; }
    public required string Subject { get; init; }
    public required string Stamp { get; set; }
    public long SignedInAt { get; set; }
    public long LastSeenAt { get; set; }
    public long ExpiresAt { get; set; }

    /// <summary>Separated by spaces, as the specifications list things: neither value may hold one.</summary>
    public string? Amr { get; set; }
    public string? Acr { get; set; }
    public string? Device { get; set; }

    /// <summary>Client ids, separated by spaces. In the row of the session, so that whoever ends it and whoever joins it meet at one row.</summary>
    public required string Clients { get; set; }
}

[Table("gatehouse_logout_notices")]
internal sealed class LogoutNoticeRow
{
    public required Guid Id { get; init; }
    public required string ClientId { get; init; }
    public required string Subject { get; init; }
    public string? SessionId { get; init; }
    public long CreatedAt { get; init; }
    public long DueAt { get; init; }
    public int Attempts { get; init; }
}

[Table("gatehouse_versions")]
internal sealed class VersionRow
{
    /// <summary>The version of the clients: the only row so far.</summary>
    public const string Clients = "clients";

    public required string Name { get; init; }
    public long Value { get; init; }
}

[Table("gatehouse_data_protection_keys")]
internal sealed class DataProtectionKeyRow
{
    /// <summary>The friendly name that Data Protection gives: <c>key-</c> or <c>revocation-</c> and an id.</summary>
    public required string Id { get; init; }

    public required string Xml { get; init; }
    public long CreatedAt { get; init; }
}

/// <summary>Only ever added, and removed when its time is over: there is no setter.</summary>
[Table("gatehouse_audit_events")]
internal sealed class AuditEventRow
{
    /// <summary>Version 7, so that the key is the order in time, and nothing else need be indexed.</summary>
    public required Guid Id { get; init; }

    public long At { get; init; }
    public required string Type { get; init; }
    public required string Outcome { get; init; }
    public string? ClientId { get; init; }

    /// <summary>Hashed, as is the address: personal.</summary>
    public string? Subject { get; init; }
    public string? Address { get; init; }

    /// <summary>JSON, or null.</summary>
    public string? Details { get; init; }
    public required string Node { get; init; }
}
