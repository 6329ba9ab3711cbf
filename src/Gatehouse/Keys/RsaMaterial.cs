// RFC 7518 - JSON Web Algorithms (JWA) (§3.3: RS256; §3.5: PS256)
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Gatehouse.Keys;

/// <summary>RSA with SHA-256. One padding for each key, so that a key answers to one algorithm only.</summary>
internal sealed class RsaMaterial : KeyMaterial
{
    /// <summary>128 bits of strength (SR-243). Making one takes a second or so of processor time.</summary>
    private const int MadeBits = 3072;

    private const int FewestBits = 2048, MostBits = 4096;

    // As with ECDSA: one for each thread rather than a lock.
    private readonly ThreadLocal<RSA> perThread;
    private readonly RSASignaturePadding padding;
    private readonly bool isPrivate;

    private RsaMaterial(string algorithm, RSAParameters parameters)
    {
        padding = algorithm == Jwa.PS256 ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        isPrivate = parameters.D is not null;
        perThread = new(() => RSA.Create(parameters), trackAllValues: true);
        SignatureLength = parameters.Modulus!.Length;
        PublicMembers = [("e", Base64Url.EncodeToString(parameters.Exponent)), ("kty", "RSA"), ("n", Base64Url.EncodeToString(parameters.Modulus))];
    }

    public override int SignatureLength { get; }

    public override IReadOnlyList<(string Name, string Value)> PublicMembers { get; }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        if (!isPrivate) throw PublicOnly();
        if (!perThread.Value!.TrySignData(data, signature, HashAlgorithmName.SHA256, padding, out var written) || written != SignatureLength) throw WrongLength();
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => perThread.Value!.VerifyData(data, signature, HashAlgorithmName.SHA256, padding);

    public override byte[] ExportPkcs8() => perThread.Value!.ExportPkcs8PrivateKey();

    public static new RsaMaterial New(string algorithm)
    {
#pragma warning disable RS0030 // Elsewhere: this is where keys are made.
        using var key = RSA.Create(MadeBits);
#pragma warning restore RS0030
        return Of(algorithm, key, isPrivate: true);
    }

    public static new RsaMaterial FromPkcs8(string algorithm, ReadOnlySpan<byte> pkcs8)
    {
        using var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return Of(algorithm, key, isPrivate: true);
    }

    public static new RsaMaterial FromSubjectPublicKeyInfo(string algorithm, ReadOnlySpan<byte> publicKey)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return Of(algorithm, key, isPrivate: false);
    }

    public static new RsaMaterial FromMembers(string algorithm, Func<string, byte[]> member)
    {
        using var key = RSA.Create(new RSAParameters { Modulus = member("n"), Exponent = member("e") });
        return Of(algorithm, key, isPrivate: false);
    }

    private static RsaMaterial Of(string algorithm, RSA key, bool isPrivate)
    {
        if (key.KeySize is < FewestBits or > MostBits || key.KeySize % 8 != 0)
            throw new CryptographicException($"An RSA key of {key.KeySize} bits is refused: take {FewestBits} to {MostBits} (RFC 7518 section 3.3 and 3.5), {MadeBits} for choice.");
        return new(algorithm, key.ExportParameters(isPrivate));
    }

    public override void Dispose()
    {
        foreach (var key in perThread.Values) key.Dispose();
        perThread.Dispose();
    }
}
