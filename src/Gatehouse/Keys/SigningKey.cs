// RFC 7518 - JSON Web Algorithms (JWA) (§3: what signs)
using System.Security.Cryptography;

namespace Gatehouse.Keys;

/// <summary>An opened signing key.</summary>
internal sealed class SigningKey(string algorithm, KeyMaterial material) : VerificationKey(algorithm, material)
{
    public int SignatureLength => Material.SignatureLength;

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => Material.Sign(data, signature);

    public byte[] ExportPkcs8() => Material.ExportPkcs8();

    public static SigningKey New(string algorithm) => new(algorithm, KeyMaterial.New(algorithm));

    /// <exception cref="CryptographicException">It is no key of this algorithm.</exception>
    public static SigningKey Open(string algorithm, ReadOnlySpan<byte> pkcs8) => new(algorithm, KeyMaterial.FromPkcs8(algorithm, pkcs8));
}
