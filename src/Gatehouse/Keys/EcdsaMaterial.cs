// RFC 7518 - JSON Web Algorithms (JWA) (§3.4: ES256)
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Gatehouse.Keys;

/// <summary>ECDSA on P-256 with SHA-256.</summary>
internal sealed class EcdsaMaterial : KeyMaterial
{
    private const string P256 = "1.2.840.10045.3.1.7";

    // The platform promises nothing about one ECDsa used by two threads, and a lock here would be the provider's narrowest place.
    private readonly ThreadLocal<ECDsa> perThread;
    private readonly ECParameters parameters;

    private EcdsaMaterial(ECParameters parameters)
    {
        this.parameters = parameters;
        perThread = new(() => ECDsa.Create(parameters), trackAllValues: true);
        PublicMembers = [("crv", "P-256"), ("kty", "EC"), ("x", Base64Url.EncodeToString(parameters.Q.X)), ("y", Base64Url.EncodeToString(parameters.Q.Y))];
    }

    public override int SignatureLength => 64;

    public override IReadOnlyList<(string Name, string Value)> PublicMembers { get; }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        if (parameters.D is null) throw PublicOnly();
        if (!perThread.Value!.TrySignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var written) || written != SignatureLength)
            throw WrongLength();
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        perThread.Value!.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public override byte[] ExportPkcs8() => perThread.Value!.ExportPkcs8PrivateKey();

    public static EcdsaMaterial New()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Of(key, isPrivate: true);
    }

    public static EcdsaMaterial FromPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return Of(key, isPrivate: true);
    }

    public static EcdsaMaterial FromSubjectPublicKeyInfo(ReadOnlySpan<byte> publicKey)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return Of(key);
    }

    /// <summary>Creating the key refuses a point that is not on the curve.</summary>
    public static EcdsaMaterial FromMembers(Func<string, byte[]> member)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = member("x"), Y = member("y") } });
        return Of(key);
    }

    private static EcdsaMaterial Of(ECDsa key, bool isPrivate = false)
    {
        var parameters = key.ExportParameters(isPrivate);
        if (parameters.Curve.Oid.Value != P256) throw new CryptographicException("ES256 takes a key on the curve P-256 and no other (RFC 7518 section 3.4).");
        return new(parameters);
    }

    public override void Dispose()
    {
        foreach (var key in perThread.Values) key.Dispose();
        perThread.Dispose();
    }
}
