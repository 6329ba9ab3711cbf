using System.Security.Cryptography;
using Gatehouse.Audit;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Keys;

/// <summary>Makes keys, seals them and stores them. Of nodes that make one at the same moment, one stores it; the others use that.</summary>
internal sealed partial class KeyMaker(IKeyStore store, KeySeal seal, AuditTrail audit, TimeProvider clock, ILogger<KeyMaker> log)
{
    /// <param name="algorithm">Of which kind.</param>
    /// <param name="signsFrom">When its turn comes.</param>
    /// <param name="seen">All keys that there were when it was found to be due.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<bool> TryMakeAsync(string algorithm, DateTimeOffset signsFrom, IReadOnlyList<StoredKey> seen, CancellationToken ct)
    {
        // RSA takes a second or so; whoever waits for it must not hold up a thread that could serve others.
        using var key = await Task.Run(() => SigningKey.New(algorithm), ct);
        var stored = Seal(key, seal, clock.GetUtcNow(), signsFrom);
        if (!await store.TryAddAsync(stored, seen is [.., var newest] ? newest.Id : null, ct)) return false;
        Made(log, stored.Id, algorithm, signsFrom);
        audit.Record(AuditType.KeyMade, AuditOutcome.Success, null, null, null, ("kid", stored.Id), ("alg", algorithm));
        return true;
    }

    public static StoredKey Seal(SigningKey key, KeySeal seal, DateTimeOffset now, DateTimeOffset signsFrom)
    {
        var pkcs8 = key.ExportPkcs8();
        try
        {
            return new(key.Id, key.Algorithm, key.PublicKey, seal.Close(key.Id, pkcs8), now, signsFrom);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    [LoggerMessage(1201, LogLevel.Information, "Made signing key {Kid} for {Algorithm}. It is published from now on and signs from {SignsFrom:u}.")]
    private static partial void Made(ILogger log, string kid, string algorithm, DateTimeOffset signsFrom);
}
