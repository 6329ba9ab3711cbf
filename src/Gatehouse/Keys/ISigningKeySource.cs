namespace Gatehouse.Keys;

/// <summary>A signing key that lives elsewhere.</summary>
/// <param name="Reference">What its source knows it by, for example the name of a key's version. It is not published: the <c>kid</c> is the thumbprint of the public key.</param>
/// <param name="Algorithm">A JWS algorithm: <c>ES256</c>, <c>RS256</c>, <c>PS256</c> or <c>EdDSA</c>.</param>
/// <param name="PublicKey">The public key as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), DER: what key services call the public key.</param>
/// <param name="Signs">
/// Whether new tokens may be signed with it; of several, the last one listed signs. List a key with false for a day before it signs, and for two days after: clients keep the key
/// document, and tokens that it signed live on.
/// </param>
public sealed record ExternalKey(string Reference, string Algorithm, ReadOnlyMemory<byte> PublicKey, bool Signs = true);

/// <summary>
/// Signing keys in a KMS or an HSM, which never leave it. Register it with <c>AddSigningKeySource</c>. One object for the life of the process, called by many threads.
/// </summary>
public interface ISigningKeySource
{
    /// <summary>The algorithms whose keys are here and nowhere else: Gatehouse makes none of its own for them. Includes <c>ES256</c> if access tokens are to be signed here.</summary>
    IReadOnlyCollection<string> Algorithms { get; }

    /// <summary>
    /// The keys, oldest first. Asked once a minute, and given ten seconds; while it fails, the keys of the last answer stand.
    /// </summary>
    ValueTask<IReadOnlyList<ExternalKey>> ListAsync(CancellationToken ct);

    /// <summary>
    /// Signs <paramref name="data"/>, or its SHA-256 if the service wants a digest, with <paramref name="key"/>. Given five seconds for each token. Whatever it throws makes that
    /// request fail with <c>temporarily_unavailable</c>.
    /// </summary>
    /// <returns>As RFC 7518 and RFC 8037 have it. For ES256 the DER form, which key services prefer, is taken too. It is verified before it is used.</returns>
    ValueTask<ReadOnlyMemory<byte>> SignAsync(ExternalKey key, ReadOnlyMemory<byte> data, CancellationToken ct);
}
