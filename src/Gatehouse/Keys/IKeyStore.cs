namespace Gatehouse.Keys;

/// <summary>A signing key as it is kept: public parameters readable, the private key sealed.</summary>
/// <param name="Id">The <c>kid</c>: RFC 7638 thumbprint of the public key, base64url.</param>
/// <param name="Algorithm">A JWS algorithm, for example <c>ES256</c>.</param>
/// <param name="PublicKey">The public JWK, as JSON.</param>
/// <param name="SealedPrivateKey">PKCS #8, protected by ASP.NET Core Data Protection.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record StoredKey(string Id, string Algorithm, string PublicKey, ReadOnlyMemory<byte> SealedPrivateKey, DateTimeOffset CreatedAt);

/// <summary>Where signing keys are kept, shared by all nodes.</summary>
public interface IKeyStore
{
    /// <summary>All keys, oldest first.</summary>
    ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct);

    /// <summary>
    /// Stores <paramref name="key"/> if the newest stored key is still <paramref name="newestSeen"/> (null: if there is none). False
    /// if another node was first: list again and use what it stored.
    /// </summary>
    ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct);
}
