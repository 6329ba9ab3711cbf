// RFC 7518 - JSON Web Algorithms (JWA) (§3.1: keys, whatever their algorithm)
using System.Security.Cryptography;

namespace Gatehouse.Keys;

/// <summary>The mathematics of one key, whole or its public half alone. Every member may be called by many threads at once.</summary>
internal abstract class KeyMaterial : IDisposable
{
    /// <summary>Of RSA 4096, the longest that we accept.</summary>
    public const int LongestSignature = 512;

    public abstract int SignatureLength { get; }

    /// <summary>The members that make the key what it is, by RFC 7638 §3.2 in lexicographic order; all of them are public.</summary>
    public abstract IReadOnlyList<(string Name, string Value)> PublicMembers { get; }

    /// <summary>Fills <paramref name="signature"/>, which is <see cref="SignatureLength"/> long.</summary>
    public abstract void Sign(ReadOnlySpan<byte> data, Span<byte> signature);

    public abstract bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <summary>The private half. Whoever asks for it wipes it.</summary>
    public abstract byte[] ExportPkcs8();

    public abstract void Dispose();

    public static KeyMaterial New(string algorithm) => algorithm switch
    {
        Jwa.ES256 => EcdsaMaterial.New(),
        Jwa.RS256 or Jwa.PS256 => RsaMaterial.New(algorithm),
        Jwa.EdDSA => Ed25519Material.New(),
        _ => throw Unknown(algorithm),
    };

    public static KeyMaterial FromPkcs8(string algorithm, ReadOnlySpan<byte> pkcs8) => algorithm switch
    {
        Jwa.ES256 => EcdsaMaterial.FromPkcs8(pkcs8),
        Jwa.RS256 or Jwa.PS256 => RsaMaterial.FromPkcs8(algorithm, pkcs8),
        Jwa.EdDSA => Ed25519Material.FromPkcs8(pkcs8),
        _ => throw Unknown(algorithm),
    };

    /// <summary>The public half, from what a key service calls its public key (RFC 5280 §4.1).</summary>
    public static KeyMaterial FromSubjectPublicKeyInfo(string algorithm, ReadOnlySpan<byte> publicKey) => algorithm switch
    {
        Jwa.ES256 => EcdsaMaterial.FromSubjectPublicKeyInfo(publicKey),
        Jwa.RS256 or Jwa.PS256 => RsaMaterial.FromSubjectPublicKeyInfo(algorithm, publicKey),
        Jwa.EdDSA => Ed25519Material.FromSubjectPublicKeyInfo(publicKey),
        _ => throw Unknown(algorithm),
    };

    /// <summary>The public half, from the members of a JWK.</summary>
    public static KeyMaterial FromMembers(string algorithm, Func<string, byte[]> member) => algorithm switch
    {
        Jwa.ES256 => EcdsaMaterial.FromMembers(member),
        Jwa.RS256 or Jwa.PS256 => RsaMaterial.FromMembers(algorithm, member),
        Jwa.EdDSA => Ed25519Material.FromMembers(member),
        _ => throw Unknown(algorithm),
    };

    private static CryptographicException Unknown(string algorithm) => new($"'{algorithm}' is no algorithm that Gatehouse signs with. It is one of {string.Join(", ", Jwa.All)}.");

    private protected static CryptographicException PublicOnly() => new("Only the public half of this key is here; it can verify and not sign.");

    private protected static CryptographicException WrongLength() => new("The signature did not have the length that RFC 7518 section 3 gives it.");
}
