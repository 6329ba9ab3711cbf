// RFC 6819 - OAuth 2.0 Threat Model and Security Considerations (§3.1: handles)
namespace Gatehouse.Storage;

/// <summary>
/// Something that we handed out and will be shown again: a code, a refresh token, a reference access token. Found by its id,
/// proven by a secret of which only the hash is here.
/// </summary>
/// <param name="Id">The public half of the handle: 12 base64url characters, unique over all kinds.</param>
/// <param name="Kind">What it is, at most 32 characters: <c>refresh_token</c>, <c>authorization_code</c>, …</param>
/// <param name="FamilyId">The authorization that it descends from.</param>
/// <param name="ClientId">To whom it was given.</param>
/// <param name="Subject">For whom; null where no user is involved.</param>
/// <param name="SecretHash">SHA-256 of the secret half, 32 bytes.</param>
/// <param name="Payload">What else it stands for: JSON that only its own kind reads.</param>
/// <param name="ExpiresAt">From when it is refused. Kept to the millisecond.</param>
public sealed record Artifact(
    string Id, string Kind, Guid FamilyId, string ClientId, string? Subject, ReadOnlyMemory<byte> SecretHash, string Payload, DateTimeOffset ExpiresAt)
{
    /// <summary>When it was redeemed or revoked alone; null while it can be used.</summary>
    public DateTimeOffset? SpentAt { get; init; }

    /// <summary>
    /// What it was exchanged for: the whole answer, sealed under a key that only the holder of the spent artifact can derive.
    /// Written in the same transition that spends it.
    /// </summary>
    public ReadOnlyMemory<byte>? Receipt { get; init; }

    /// <summary>The id and the kind: nothing that a log must not hold.</summary>
    public override string ToString() => $"{Kind} {Id}";
}
