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
    private volatile Ring? ring;

    /// <summary>The key to sign with, and every public key that may still verify something.</summary>
    internal sealed record Ring(SigningKey Current, IReadOnlyList<SigningKey> Opened, IReadOnlyList<string> PublicKeys)
    {
        public SigningKey? Find(string? kid) => Opened.FirstOrDefault(key => key.Id == kid);
    }

    public ValueTask<Ring> GetAsync(CancellationToken ct) => ring is { } loaded ? new(loaded) : LoadAsync(ct);

    private async ValueTask<Ring> LoadAsync(CancellationToken ct)
    {
        await loading.WaitAsync(ct);
        try
        {
            return ring ??= await ReadOrMakeAsync(ct);
        }
        finally
        {
            loading.Release();
        }
    }

    private async Task<Ring> ReadOrMakeAsync(CancellationToken ct)
    {
        var unreadable = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var stored = await store.ListAsync(ct);
            var opened = stored.Select(key => Open(key, unreadable)).OfType<SigningKey>().ToList();
            // The newest one that we can open: every node that shares the Data Protection keys comes to the same one.
            if (opened is [.., var current])
                return new(current, opened, [.. stored.Select(key => key.PublicKey)]);
            await TryMakeAsync(stored is [.., var newest] ? newest.Id : null, ct);
        }
    }

    private async Task TryMakeAsync(string? newestSeen, CancellationToken ct)
    {
        var (key, pkcs8) = SigningKey.New();
        using (key)
        {
            var made = new StoredKey(key.Id, SigningKey.Algorithm, key.PublicKey, protector.Protect(pkcs8), clock.GetUtcNow());
            CryptographicOperations.ZeroMemory(pkcs8);
            if (await store.TryAddAsync(made, newestSeen, ct)) Made(log, key.Id);
        }
    }

    private SigningKey? Open(StoredKey key, HashSet<string> unreadable)
    {
        try
        {
            var pkcs8 = protector.Unprotect(key.SealedPrivateKey.ToArray());
            var opened = SigningKey.Open(pkcs8);
            CryptographicOperations.ZeroMemory(pkcs8);
            return opened;
        }
        catch (CryptographicException e)
        {
            if (unreadable.Add(key.Id)) Unreadable(log, key.Id, e.Message);
            return null;
        }
    }

    public void Dispose()
    {
        foreach (var key in ring?.Opened ?? []) key.Dispose();
        loading.Dispose();
    }

    [LoggerMessage(1201, LogLevel.Information, "Made signing key {Kid}.")]
    private static partial void Made(ILogger log, string kid);

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
