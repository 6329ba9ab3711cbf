namespace Gatehouse.Keys;

/// <summary>A signing key as it is kept: public parameters readable, the private key sealed.</summary>
/// <param name="Id">The <c>kid</c>: RFC 7638 thumbprint of the public key, base64url.</param>
/// <param name="Algorithm">A JWS algorithm: <c>ES256</c>, <c>RS256</c>, <c>PS256</c> or <c>EdDSA</c>.</param>
/// <param name="PublicKey">The public JWK, as JSON.</param>
/// <param name="SealedPrivateKey">PKCS #8, sealed by ASP.NET Core Data Protection or by a key-encryption key of the configuration.</param>
/// <param name="CreatedAt">When it was made. It is published from then on.</param>
/// <param name="ActivatesAt">From when it signs, unless a newer key signs by then.</param>
public sealed record StoredKey(
    string Id, string Algorithm, string PublicKey, ReadOnlyMemory<byte> SealedPrivateKey, DateTimeOffset CreatedAt, DateTimeOffset ActivatesAt)
{
    /// <summary>When it was retired by hand; null if it was not. From then on it neither signs nor verifies nor is published.</summary>
    public DateTimeOffset? RetiredAt { get; init; }

    /// <summary>Whether somebody asked for a successor before its time.</summary>
    public KeyReplacement Replacement { get; init; }
}

/// <summary>What an operator asked of the nodes: whoever runs the command may not be able to seal a key as they do.</summary>
public enum KeyReplacement
{
    /// <summary>Nothing: the key is replaced when its time has come.</summary>
    None,

    /// <summary>A successor, published as long before it signs as any other.</summary>
    Planned,

    /// <summary>A successor that signs at once.</summary>
    AtOnce,
}

/// <summary>Where signing keys are kept, shared by all nodes. Each method is one atomic transition.</summary>
public interface IKeyStore
{
    /// <summary>All keys, in the order in which they were added.</summary>
    ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct);

    /// <summary>
    /// Stores <paramref name="key"/> if the key added last is still <paramref name="newestSeen"/> (null: if there is none). False
    /// if another node was first: list again and use what it stored.
    /// </summary>
    ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct);

    /// <summary>Sets <see cref="StoredKey.RetiredAt"/>. False if there is no such key, or it was retired before: the first instant stays.</summary>
    ValueTask<bool> TryRetireAsync(string id, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Raises <see cref="StoredKey.Replacement"/>. False if there is no such key, it is retired, or as much was asked before: <see cref="KeyReplacement.AtOnce"/> is never taken back.
    /// </summary>
    ValueTask<bool> TryReplaceAsync(string id, KeyReplacement replacement, CancellationToken ct);

    /// <summary>Forgets a key. False if there is no such key.</summary>
    ValueTask<bool> TryRemoveAsync(string id, CancellationToken ct);
}
