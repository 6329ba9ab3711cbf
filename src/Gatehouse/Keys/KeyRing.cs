// RFC 7517 - JSON Web Key (JWK) (§5: JWK Set)
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Keys;

/// <summary>
/// The signing keys of this provider. The first node to start makes one; all others use it. A key that cannot be opened is said so once, and
/// a new one takes over, so that tokens can still be signed.
/// </summary>
internal sealed partial class KeyRing(IKeyStore store, IDataProtectionProvider protection, TimeProvider clock, ILogger<KeyRing> log) : IDisposable
{
    private readonly IDataProtector protector = protection.CreateProtector("Gatehouse.Keys.PrivateKey.v1");
    private readonly SemaphoreSlim loading = new(1);
    private readonly Dictionary<string, VerificationKey> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> unreadable = new(StringComparer.Ordinal);
    private volatile Ring? ring;

    /// <summary>The keys to sign with, one for each algorithm in use, and every public key that may still verify something.</summary>
    internal sealed record Ring(IReadOnlyDictionary<string, SigningKey> Signers, IReadOnlyDictionary<string, VerificationKey> Verifiers, IReadOnlyList<string> PublicKeys)
    {
        /// <summary>The ES256 key, which signs access tokens.</summary>
        public SigningKey Current => For(Jwa.ES256);

        /// <summary>The key that signs with this algorithm. Ask <see cref="GetAsync(string, CancellationToken)"/> for a ring that is sure to have one.</summary>
        public SigningKey For(string algorithm) =>
            Signers.GetValueOrDefault(algorithm) ?? throw new InvalidOperationException($"No key signs with {algorithm} yet. Ask the key ring for that algorithm.");

        public VerificationKey? Find(string kid) => Verifiers.GetValueOrDefault(kid);
    }

    /// <summary>The ring, with a key for ES256 at least.</summary>
    public ValueTask<Ring> GetAsync(CancellationToken ct) => GetAsync(Jwa.ES256, ct);

    /// <summary>The ring, with a key for this algorithm, which is made now if nobody needed one before.</summary>
    public ValueTask<Ring> GetAsync(string algorithm, CancellationToken ct) => ring is { } loaded && loaded.Signers.ContainsKey(algorithm) ? new(loaded) : LoadAsync(algorithm, ct);

    /// <summary>The public key of this <c>kid</c>, or null.</summary>
    public async ValueTask<VerificationKey?> FindAsync(string kid, CancellationToken ct) => (await GetAsync(ct)).Find(kid);

    private async ValueTask<Ring> LoadAsync(string algorithm, CancellationToken ct)
    {
        await loading.WaitAsync(ct);
        try
        {
            return ring is { } loaded && loaded.Signers.ContainsKey(algorithm) ? loaded : ring = await ReadOrMakeAsync([Jwa.ES256, algorithm, .. ring?.Signers.Keys ?? []], ct);
        }
        finally
        {
            loading.Release();
        }
    }

    private async Task<Ring> ReadOrMakeAsync(IReadOnlyList<string> algorithms, CancellationToken ct)
    {
        while (true)
        {
            var stored = await store.ListAsync(ct);
            var opened = stored.Select(Open).OfType<SigningKey>().ToList();
            // The newest one that we can open: every node that shares the Data Protection keys comes to the same one.
            var signers = opened.GroupBy(key => key.Algorithm).ToDictionary(keys => keys.Key, keys => keys.Last(), StringComparer.Ordinal);
            if (algorithms.FirstOrDefault(algorithm => !signers.ContainsKey(algorithm)) is { } missing)
            {
                await TryMakeAsync(missing, stored is [.., var newest] ? newest.Id : null, ct);
                continue;
            }
            var verifiers = stored.Select(key => known.GetValueOrDefault(key.Id) ?? VerificationKey.Read(key.Algorithm, key.PublicKey)).ToDictionary(key => key.Id, StringComparer.Ordinal);
            return new(signers, verifiers, [.. stored.Select(key => key.PublicKey)]);
        }
    }

    private async Task TryMakeAsync(string algorithm, string? newestSeen, CancellationToken ct)
    {
        // RSA takes its time; whoever holds the lock must not hold up a thread that could serve others.
        using var key = await Task.Run(() => SigningKey.New(algorithm), ct);
        var pkcs8 = key.ExportPkcs8();
        var made = new StoredKey(key.Id, algorithm, key.PublicKey, protector.Protect(pkcs8), clock.GetUtcNow());
        CryptographicOperations.ZeroMemory(pkcs8);
        if (await store.TryAddAsync(made, newestSeen, ct)) Made(log, key.Id, algorithm);
    }

    private SigningKey? Open(StoredKey key)
    {
        if (known.TryGetValue(key.Id, out var opened) || !unreadable.Add(key.Id)) return opened as SigningKey;
        try
        {
            var pkcs8 = protector.Unprotect(key.SealedPrivateKey.ToArray());
            known[key.Id] = opened = SigningKey.Open(key.Algorithm, pkcs8);
            CryptographicOperations.ZeroMemory(pkcs8);
            unreadable.Remove(key.Id);
        }
        catch (CryptographicException e)
        {
            Unreadable(log, key.Id, e.Message);
        }
        return opened as SigningKey;
    }

    public void Dispose()
    {
        foreach (var key in known.Values) key.Dispose();
        loading.Dispose();
    }

    [LoggerMessage(1201, LogLevel.Information, "Made signing key {Kid} for {Algorithm}.")]
    private static partial void Made(ILogger log, string kid, string algorithm);

    [LoggerMessage(1202, LogLevel.Error, "Signing key {Kid} cannot be opened ({Reason}); another key signs instead, and tokens that it signed still verify. All nodes must share one Data Protection key ring: AddDataProtection().PersistKeysTo…() and the same application name.")]
    private static partial void Unreadable(ILogger log, string kid, string reason);
}

/// <summary>Makes the first key before the first request comes in. If the store cannot be reached yet, the first request tries again.</summary>
internal sealed partial class KeyRingStarter(KeyRing keys, ILogger<KeyRingStarter> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keys.GetAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            NotYet(log, e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1203, LogLevel.Warning, "The signing key could not be read at start; it is tried again with the first request that needs it. See whether the database is reachable and migrated.")]
    private static partial void NotYet(ILogger log, Exception e);
}
