using System.Security.Cryptography;
using Gatehouse.Keys;
using Gatehouse.Testing;
using Microsoft.AspNetCore.DataProtection;

namespace Gatehouse.Tests.Keys;

/// <summary>Whoever reads the database has no key.</summary>
public sealed class KeySealTests : IDisposable
{
    private static readonly string One = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), Two = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private readonly InMemoryKeyStore store = new();
    private readonly RecordingLoggerProvider logs = new();
    private readonly List<KeyNode> nodes = [];

    [Fact]
    public async Task Data_Protection_seals_unless_something_else_is_configured()
    {
        await NewNode().WriteAsync();

        var stored = Assert.Single(await store.ListAsync(Ct));

        using var key = ECDsa.Create();
        Assert.Throws<CryptographicException>(() => key.ImportPkcs8PrivateKey(stored.SealedPrivateKey.Span, out _));
        Assert.DoesNotContain("\"d\"", stored.PublicKey, StringComparison.Ordinal);
        key.ImportPkcs8PrivateKey(KeyNode.Shared.CreateProtector("Gatehouse.Keys.PrivateKey.v1").Unprotect(stored.SealedPrivateKey.ToArray()), out _);
        Assert.Equal(256, key.KeySize);
        Assert.Throws<CryptographicException>(() => KeyNode.Shared.CreateProtector("Another.Purpose").Unprotect(stored.SealedPrivateKey.ToArray()));
        Assert.Empty(logs.LinesThatMention(Convert.ToBase64String(key.ExportPkcs8PrivateKey())));
    }

    [Fact]
    public async Task With_a_key_of_the_configuration_nodes_need_not_share_Data_Protection()
    {
        var signer = await NewNode(options => options.EncryptionKey = One).SignerAsync();

        Assert.Equal(signer, await NewNode(options => options.EncryptionKey = One).SignerAsync());
        var sealedKey = Assert.Single(await store.ListAsync(Ct)).SealedPrivateKey.ToArray();
        Assert.Equal(-1, sealedKey.AsSpan().IndexOf(Convert.FromHexString("06082a8648ce3d030107")));
        Assert.Empty(logs.LinesThatMention(One));
    }

    [Fact]
    public async Task The_key_that_seals_is_changed_in_steps_without_a_new_signing_key()
    {
        var signer = await NewNode(options => options.EncryptionKey = One).SignerAsync();

        // First every node learns the new one, then it seals, and the old one goes when no key needs it.
        var learned = NewNode(Keys(One, Two));
        Assert.Equal(signer, await learned.SignerAsync());
        var changed = NewNode(Keys(Two, One));
        Assert.Equal(signer, await changed.SignerAsync());
        await changed.WriteAsync(Jwa.EdDSA);
        Assert.Equal(await changed.SignerAsync(Jwa.EdDSA), await learned.SignerAsync(Jwa.EdDSA));
        var newest = (await store.ListAsync(Ct))[^1];
        Assert.NotEmpty(NewNode(options => options.EncryptionKey = Two).Seal.Open(newest.Id, newest.SealedPrivateKey.Span));
        Assert.DoesNotContain(logs.Lines, line => line.Event.Id == 1202);
    }

    [Fact]
    public async Task An_app_may_move_from_Data_Protection_to_a_key_of_its_own()
    {
        var shared = new EphemeralDataProtectionProvider();
        var signer = await NewNode(protection: shared).SignerAsync();

        Assert.Equal(signer, await NewNode(options => options.EncryptionKey = One, shared).SignerAsync());
    }

    [Fact]
    [Trait("SR", "SR-242")]
    public async Task A_key_that_cannot_be_opened_is_told_once_replaced_and_still_published()
    {
        var lost = NewNode(protection: new EphemeralDataProtectionProvider());
        var token = await lost.WriteAsync();

        var node = NewNode();
        for (var i = 0; i < 3; i++) await node.RefreshAsync();

        Assert.NotEqual(await lost.SignerAsync(), await node.SignerAsync());
        Assert.Equal([await lost.SignerAsync(), await node.SignerAsync()], await node.PublishedAsync());
        Assert.True(await node.VerifiesAsync(token));
        var line = Assert.Single(logs.Lines, line => line.Event.Id == 1202);
        Assert.Contains("PersistKeysTo", line.Message, StringComparison.Ordinal);
        Assert.Contains(await lost.SignerAsync(), line.Message, StringComparison.Ordinal);
        // The next node that shares our Data Protection keys finds the replacement.
        Assert.Equal(await node.SignerAsync(), await NewNode().SignerAsync());
    }

    [Fact]
    public async Task A_key_whose_seal_is_not_configured_says_where_to_put_it()
    {
        await NewNode(options => options.EncryptionKey = One).WriteAsync();
        await NewNode(options => options.EncryptionKey = Two).WriteAsync();

        Assert.Contains("Gatehouse:Keys:EncryptionKeys", Assert.Single(logs.Lines, line => line.Event.Id == 1202).Message, StringComparison.Ordinal);
    }

    /// <summary>Somebody who can write to the database puts an old or foreign key in the place of another.</summary>
    [Fact]
    public async Task One_sealed_key_cannot_stand_in_for_another()
    {
        var node = NewNode(options => options.EncryptionKey = One);
        await node.WriteAsync();
        await node.WriteAsync(Jwa.EdDSA);
        var keys = await store.ListAsync(Ct);

        Assert.NotEmpty(node.Seal.Open(keys[0].Id, keys[0].SealedPrivateKey.Span));
        Assert.Throws<CryptographicException>(() => node.Seal.Open(keys[0].Id, keys[1].SealedPrivateKey.Span));
        var altered = keys[0].SealedPrivateKey.ToArray();
        altered[^1] ^= 1;
        Assert.Contains("altered", Assert.Throws<CryptographicException>(() => node.Seal.Open(keys[0].Id, altered)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_whose_public_half_is_damaged_stops_nothing_else()
    {
        var node = NewNode();
        var token = await node.WriteAsync();
        var newest = (await store.ListAsync(Ct))[^1];
        Assert.True(await store.TryAddAsync(new("broken", "RS256", """{"kty":"RSA"}""", new byte[] { 9 }, KeyNode.Start, KeyNode.Start), newest.Id, Ct));

        var other = NewNode();

        Assert.True(await other.VerifiesAsync(token));
        Assert.Equal([newest.Id], await other.PublishedAsync());
        Assert.Contains(logs.Lines, line => line.Event.Id == 1204);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Action<KeyOptions> Keys(params string[] keys) => options =>
    {
        foreach (var key in keys) options.EncryptionKeys.Add(key);
    };

    private KeyNode NewNode(Action<KeyOptions>? configure = null, IDataProtectionProvider? protection = null)
    {
        var node = new KeyNode(store, protection: protection ?? (configure is null ? null : new EphemeralDataProtectionProvider()), logs: logs, configure: configure);
        nodes.Add(node);
        return node;
    }

    public void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
        logs.Dispose();
    }
}
