// RFC 8725 - JSON Web Token Best Current Practices (§3.1: a key is used with one algorithm)
using System.Security.Cryptography;

namespace Gatehouse.Keys;

/// <summary>The public half of a key under its one algorithm: what a token says about algorithms is held against this, never the other way round (RFC 8725 §3.1).</summary>
internal class VerificationKey(string algorithm, KeyMaterial material) : IDisposable
{
    /// <summary>The <c>kid</c>: the RFC 7638 thumbprint.</summary>
    public string Id { get; } = JsonWebKey.Thumbprint(material);

    /// <summary>The only algorithm that this key is used with.</summary>
    public string Algorithm { get; } = algorithm;

    /// <summary>The public JWK, as JSON.</summary>
    public string PublicKey { get; } = JsonWebKey.Write(algorithm, material);

    private protected KeyMaterial Material { get; } = material;

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => signature.Length == Material.SignatureLength && Material.Verify(data, signature);

    /// <exception cref="CryptographicException">It is no key of this algorithm.</exception>
    public static VerificationKey Read(string algorithm, string publicKey) => new(algorithm, JsonWebKey.Read(algorithm, publicKey));

    public void Dispose() => Material.Dispose();
}
