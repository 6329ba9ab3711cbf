// RFC 7518 - JSON Web Algorithms (JWA) (§3: what signs)
using System.Security.Cryptography;

namespace Gatehouse.Keys;

/// <summary>A key that signs: an opened one of ours, or one that lives elsewhere and is asked to.</summary>
internal sealed class SigningKey(string algorithm, KeyMaterial material, RemoteSigner? remote = null) : VerificationKey(algorithm, material)
{
    /// <summary>Null for a key of ours, which signs at once and on the spot.</summary>
    public RemoteSigner? Remote { get; } = remote;

    public int SignatureLength => Material.SignatureLength;

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => Material.Sign(data, signature);

    public byte[] ExportPkcs8() => Material.ExportPkcs8();

    public static SigningKey New(string algorithm) => new(algorithm, KeyMaterial.New(algorithm));

    /// <exception cref="CryptographicException">It is no key of this algorithm.</exception>
    public static SigningKey Open(string algorithm, ReadOnlySpan<byte> pkcs8) => new(algorithm, KeyMaterial.FromPkcs8(algorithm, pkcs8));
}
