// RFC 7518 - JSON Web Algorithms (JWA) (§3.4: ES256)
using System.Security.Cryptography;

namespace Gatehouse.Keys;

/// <summary>An opened signing key. Only ES256 for now: it signs ten times cheaper than RS256 and every client can verify it.</summary>
internal sealed class SigningKey : IDisposable
{
    public const string Algorithm = "ES256";

    // The platform promises nothing about one ECDsa used by two threads, and a lock here would be the provider's narrowest place.
    private readonly ThreadLocal<ECDsa> perThread;

    private SigningKey(string id, string publicKey, ECParameters parameters)
    {
        (Id, PublicKey) = (id, publicKey);
        perThread = new(() => ECDsa.Create(parameters), trackAllValues: true);
    }

    /// <summary>The <c>kid</c>.</summary>
    public string Id { get; }

    /// <summary>The public JWK, as JSON.</summary>
    public string PublicKey { get; }

    public const int SignatureLength = 64;

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        if (!perThread.Value!.TrySignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var written) || written != SignatureLength)
            throw new CryptographicException("The signature did not have the length that RFC 7518 section 3.4 gives it.");
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        perThread.Value!.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public static (SigningKey Key, byte[] Pkcs8) New()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (Open(key), key.ExportPkcs8PrivateKey());
    }

    public static SigningKey Open(ReadOnlySpan<byte> pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return Open(key);
    }

    private static SigningKey Open(ECDsa key)
    {
        var id = JsonWebKey.Thumbprint(key);
        return new(id, JsonWebKey.OfEcdsaP256(key, id), key.ExportParameters(includePrivateParameters: true));
    }

    public void Dispose()
    {
        foreach (var key in perThread.Values) key.Dispose();
        perThread.Dispose();
    }
}
