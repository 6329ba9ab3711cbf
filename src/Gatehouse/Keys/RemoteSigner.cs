// RFC 7518 - JSON Web Algorithms (JWA) (§3: by a key that lives elsewhere)
using System.Formats.Asn1;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Keys;

/// <summary>Has a source sign, within a time, and believes only what verifies.</summary>
internal sealed partial class RemoteSigner(ISigningKeySource source, ExternalKey key, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string name = source.GetType().Name;
    private volatile bool failing;

    /// <summary>Whether what is listed now is what this was made for.</summary>
    public bool Is(ExternalKey listed) => listed.Reference == key.Reference && listed.PublicKey.Span.SequenceEqual(key.PublicKey.Span);

    public async Task<byte[]> SignAsync(VerificationKey verifier, ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            // A source that does not heed its token is left behind.
            var signature = Fixed(verifier.Algorithm, await source.SignAsync(key, data, both.Token).AsTask().WaitAsync(both.Token));
            if (!verifier.Verify(data.Span, signature)) throw new CryptographicException($"{name} returned a signature that does not verify with its public key. It must sign what it is given with {verifier.Algorithm}, over SHA-256 where that hashes.");
            failing = false;
            return signature;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (!failing) Failed(log, name, verifier.Id, verifier.Algorithm, e);
            failing = true;
            if (e is OperationCanceledException) throw new TimeoutException($"{name} did not sign within {Patience.TotalSeconds:0} s.", e);
            throw;
        }
    }

    /// <summary>ECDSA as ASN.1 has it (RFC 3279 §2.2.3), to r and s of 32 bytes each (RFC 7518 §3.4).</summary>
    private static byte[] Fixed(string algorithm, ReadOnlyMemory<byte> signature)
    {
        if (algorithm != Jwa.ES256 || signature.Length == 64) return signature.ToArray();
        try
        {
            var sequence = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
            var joined = new byte[64];
            foreach (var half in new[] { joined.AsMemory(0, 32), joined.AsMemory(32) })
            {
                var number = sequence.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true);
                if (number.Length > 32) return [];
                number.CopyTo(half[^number.Length..]);
            }
            return joined;
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    [LoggerMessage(1207, LogLevel.Error, "{Source} did not sign with key {Kid} ({Algorithm}); tokens of this algorithm are refused with temporarily_unavailable until it does, and other algorithms are not affected. See whether it is reachable.")]
    private static partial void Failed(ILogger log, string source, string kid, string algorithm, Exception e);
}
