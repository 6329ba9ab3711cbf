// RFC 8037 - CFRG Elliptic Curve Diffie-Hellman (ECDH) and Signatures in JSON Object Signing and Encryption (JOSE) (§3.1: EdDSA)
using System.Buffers.Text;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;

namespace Gatehouse.Keys;

/// <summary>Ed25519. The platform has none, so this one algorithm comes from BouncyCastle, whose keys are plain bytes and safe to share among threads.</summary>
internal sealed class Ed25519Material : KeyMaterial
{
    private readonly Ed25519PrivateKeyParameters? privateKey;
    private readonly Ed25519PublicKeyParameters publicKey;

    private Ed25519Material(Ed25519PrivateKeyParameters? privateKey, Ed25519PublicKeyParameters publicKey)
    {
        (this.privateKey, this.publicKey) = (privateKey, publicKey);
        PublicMembers = [("crv", "Ed25519"), ("kty", "OKP"), ("x", Base64Url.EncodeToString(publicKey.GetEncoded()))];
    }

    public override int SignatureLength => Ed25519PrivateKeyParameters.SignatureSize;

    public override IReadOnlyList<(string Name, string Value)> PublicMembers { get; }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var (message, signed) = (data.ToArray(), new byte[SignatureLength]);
        (privateKey ?? throw PublicOnly()).Sign(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signed, 0);
        signed.CopyTo(signature);
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength) return false;
        var message = data.ToArray();
        return publicKey.Verify(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signature.ToArray(), 0);
    }

    public override byte[] ExportPkcs8() => PrivateKeyInfoFactory.CreatePrivateKeyInfo(privateKey ?? throw PublicOnly()).GetEncoded();

    public static Ed25519Material New()
    {
        var seed = RandomNumberGenerator.GetBytes(Ed25519PrivateKeyParameters.KeySize);
        var key = new Ed25519PrivateKeyParameters(seed, 0);
        CryptographicOperations.ZeroMemory(seed);
        return new(key, key.GeneratePublicKey());
    }

    public static Ed25519Material FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var bytes = pkcs8.ToArray();
        try
        {
            return PrivateKeyFactory.CreateKey(bytes) is Ed25519PrivateKeyParameters key ? new(key, key.GeneratePublicKey()) : throw NoEd25519(null);
        }
        catch (Exception e) when (e is not CryptographicException)
        {
            throw NoEd25519(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public static Ed25519Material FromSubjectPublicKeyInfo(ReadOnlySpan<byte> publicKey)
    {
        try
        {
            return PublicKeyFactory.CreateKey(publicKey.ToArray()) is Ed25519PublicKeyParameters key ? new(null, key) : throw NoEd25519(null);
        }
        catch (Exception e) when (e is not CryptographicException)
        {
            throw NoEd25519(e);
        }
    }

    public static Ed25519Material FromMembers(Func<string, byte[]> member)
    {
        var x = member("x");
        return x.Length == Ed25519PublicKeyParameters.KeySize ? new(null, new(x, 0)) : throw NoEd25519(null);
    }

    // BouncyCastle throws whatever it stumbles over.
    private static CryptographicException NoEd25519(Exception? inner) => new("This is no Ed25519 key.", inner);

    public override void Dispose()
    {
    }
}
