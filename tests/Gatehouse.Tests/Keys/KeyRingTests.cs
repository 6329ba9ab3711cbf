using System.Security.Cryptography;
using System.Text;
using Gatehouse.Keys;
using Gatehouse.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Keys;

/// <summary>One key for all nodes, sealed where it is kept, and replaced when it cannot be opened.</summary>
public sealed class KeyRingTests : IDisposable
{
    private readonly InMemoryKeyStore store = new();
    private readonly EphemeralDataProtectionProvider shared = new();
    private readonly RecordingLoggerProvider logs = new();
    private readonly List<KeyRing> rings = [];

    [Fact]
    public async Task Nodes_that_start_together_sign_with_one_key()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () => await NewRing(shared).GetAsync(Ct))));

        Assert.Single(all.Select(ring => ring.Current.Id).Distinct());
        Assert.Single(await store.ListAsync(Ct));
        Assert.Single(logs.Lines, line => line.Event.Id == 1201);
    }

    [Fact]
    public async Task A_key_survives_a_restart()
    {
        var before = (await NewRing(shared).GetAsync(Ct)).Current;
        var after = (await NewRing(shared).GetAsync(Ct)).Current;

        Assert.Equal(before.Id, after.Id);
        var signature = new byte[64];
        before.Sign("data"u8, signature);
        Assert.True(after.Verify("data"u8, signature));
        Assert.False(after.Verify("Data"u8, signature));
    }

    [Fact]
    [Trait("SR", "SR-242")]
    public async Task A_key_that_cannot_be_opened_is_told_once_replaced_and_still_published()
    {
        var lost = (await NewRing(new EphemeralDataProtectionProvider()).GetAsync(Ct)).Current;

        var ring = NewRing(shared);
        for (var i = 0; i < 3; i++) await ring.GetAsync(Ct);
        var opened = await ring.GetAsync(Ct);

        Assert.NotEqual(lost.Id, opened.Current.Id);
        Assert.Equal([lost.PublicKey, opened.Current.PublicKey], opened.PublicKeys);
        var line = Assert.Single(logs.Lines, line => line.Event.Id == 1202);
        Assert.Contains("PersistKeysTo", line.Message, StringComparison.Ordinal);
        Assert.Contains(lost.Id, line.Message, StringComparison.Ordinal);
        // The next node that shares our Data Protection keys finds the replacement.
        Assert.Equal(opened.Current.Id, (await NewRing(shared).GetAsync(Ct)).Current.Id);
    }

    [Fact]
    public async Task A_private_key_is_kept_sealed()
    {
        await NewRing(shared).GetAsync(Ct);

        var stored = Assert.Single(await store.ListAsync(Ct));

        using var key = ECDsa.Create();
        Assert.Throws<CryptographicException>(() => key.ImportPkcs8PrivateKey(stored.SealedPrivateKey.Span, out _));
        Assert.DoesNotContain("\"d\"", stored.PublicKey, StringComparison.Ordinal);
        key.ImportPkcs8PrivateKey(shared.CreateProtector("Gatehouse.Keys.PrivateKey.v1").Unprotect(stored.SealedPrivateKey.ToArray()), out _);
        Assert.Equal(256, key.KeySize);
        Assert.Throws<CryptographicException>(() => shared.CreateProtector("Another.Purpose").Unprotect(stored.SealedPrivateKey.ToArray()));
        Assert.Empty(logs.LinesThatMention(Convert.ToBase64String(key.ExportPkcs8PrivateKey())));
    }

    [Fact]
    public async Task One_key_signs_for_many_threads()
    {
        var key = (await NewRing(shared).GetAsync(Ct)).Current;

        var ok = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() =>
        {
            var (data, signature) = (Encoding.UTF8.GetBytes($"data {i}"), new byte[64]);
            key.Sign(data, signature);
            return key.Verify(data, signature);
        })));

        Assert.All(ok, Assert.True);
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_is_tried_again()
    {
        var failing = new FailingOnce(store);
        var ring = new KeyRing(failing, shared, new FakeTimeProvider(), Logger<KeyRing>());
        rings.Add(ring);
        await new KeyRingStarter(ring, Logger<KeyRingStarter>()).StartAsync(Ct);

        Assert.Contains(logs.Lines, line => line.Event.Id == 1203);
        Assert.NotNull((await ring.GetAsync(Ct)).Current);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private KeyRing NewRing(IDataProtectionProvider protection)
    {
        var ring = new KeyRing(store, protection, new FakeTimeProvider(), Logger<KeyRing>());
        lock (rings) rings.Add(ring);
        return ring;
    }

    private ILogger<T> Logger<T>() => LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(logs)).CreateLogger<T>();

    public void Dispose()
    {
        foreach (var ring in rings) ring.Dispose();
        logs.Dispose();
    }

    private sealed class FailingOnce(IKeyStore inner) : IKeyStore
    {
        private bool failed;

        public ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct)
        {
            if (failed) return inner.ListAsync(ct);
            failed = true;
            throw new TimeoutException("The database is not there yet.");
        }

        public ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct) => inner.TryAddAsync(key, newestSeen, ct);
    }
}
