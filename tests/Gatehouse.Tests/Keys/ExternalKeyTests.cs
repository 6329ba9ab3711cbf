using System.Security.Cryptography;
using Gatehouse.Keys;
using Gatehouse.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Keys;

/// <summary>Keys in a KMS: they sign what they are asked to, and their outage is nobody else's.</summary>
public sealed class ExternalKeyTests : IDisposable
{
    private readonly InMemoryKeyStore store = new();
    private readonly FakeTimeProvider clock = new(KeyNode.Start);
    private readonly RecordingLoggerProvider logs = new();
    private readonly RemoteKeys source = new();
    private readonly List<KeyNode> nodes = [];

    [Theory]
    [InlineData(DSASignatureFormat.IeeeP1363FixedFieldConcatenation)]
    [InlineData(DSASignatureFormat.Rfc3279DerSequence)]
    public async Task What_it_signs_every_node_verifies(DSASignatureFormat format)
    {
        source.Format = format;
        KeyNode a = NewNode(), b = NewNode();

        // Often enough for r and s to be shorter than usual, and longer by a leading zero.
        for (var i = 0; i < 50; i++) Assert.True(await b.VerifiesAsync(await a.WriteAsync()));

        Assert.Equal(await a.SignerAsync(), await b.SignerAsync());
        Assert.Equal([await a.SignerAsync()], await b.PublishedAsync());
        await a.RefreshAsync();
        Assert.Empty(await store.ListAsync(Ct));
    }

    [Fact]
    public async Task While_it_is_down_other_algorithms_go_on_and_the_log_says_which_do_not()
    {
        var node = NewNode();
        var token = await node.WriteAsync();
        source.Fails = new HttpRequestException("The key service is away.");

        await Assert.ThrowsAsync<HttpRequestException>(() => node.WriteAsync());
        await Assert.ThrowsAsync<HttpRequestException>(() => node.WriteAsync());
        Assert.True(await node.VerifiesAsync(token));
        Assert.True(await node.VerifiesAsync(await node.WriteAsync(Jwa.EdDSA)));
        var line = Assert.Single(logs.Lines, line => line.Event.Id == 1207);
        Assert.Contains("ES256", line.Message, StringComparison.Ordinal);

        source.Fails = null;
        Assert.True(await node.VerifiesAsync(await node.WriteAsync()));
    }

    [Fact]
    public async Task A_source_that_cannot_be_listed_at_start_holds_nobody_up()
    {
        source.Fails = new HttpRequestException("The key service is away.");
        var node = NewNode();
        await node.External.RefreshAsync(Ct);
        await node.Refresher.StartAsync(Ct);

        Assert.True(await node.VerifiesAsync(await node.WriteAsync(Jwa.EdDSA)));
        await Assert.ThrowsAsync<TimeoutException>(() => node.WriteAsync());
        var asked = source.Listed;
        await Assert.ThrowsAsync<TimeoutException>(() => node.WriteAsync());
        Assert.Equal(asked, source.Listed);
        Assert.Single(logs.Lines, line => line.Event.Id == 1206);

        source.Fails = null;
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.True(await node.VerifiesAsync(await node.WriteAsync()));
        await node.Refresher.StopAsync(Ct);
    }

    [Fact]
    public async Task A_source_that_does_not_answer_is_given_five_seconds()
    {
        var node = NewNode();
        await node.WriteAsync();
        source.Hangs = true;

        var waiting = node.WriteAsync();
        Assert.True(await node.VerifiesAsync(await node.WriteAsync(Jwa.EdDSA)));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
    }

    [Fact]
    public async Task A_signature_that_does_not_verify_is_not_handed_out()
    {
        var node = NewNode();
        source.Alters = true;

        var thrown = await Assert.ThrowsAsync<CryptographicException>(() => node.WriteAsync());

        Assert.Contains(nameof(RemoteKeys), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_keys_are_published_before_they_sign_and_after()
    {
        var node = NewNode();
        var token = await node.WriteAsync();
        var first = await node.SignerAsync();

        source.Add(signs: false);
        await node.External.RefreshAsync(Ct);
        await node.RefreshAsync();
        Assert.Equal(2, (await node.PublishedAsync()).Count);
        Assert.Equal(first, await node.SignerAsync());

        source.Switch();
        await node.External.RefreshAsync(Ct);
        await node.RefreshAsync();
        Assert.NotEqual(first, await node.SignerAsync());
        Assert.True(await node.VerifiesAsync(token));
        Assert.True(await node.VerifiesAsync(await node.WriteAsync()));
    }

    [Fact]
    public async Task A_node_that_was_frozen_asks_before_it_signs()
    {
        var frozen = NewNode();
        var old = await frozen.SignerAsync();
        source.Add(signs: true);
        source.Remove(0);

        clock.Advance(TimeSpan.FromHours(1));

        Assert.NotEqual(old, await frozen.SignerAsync());
        Assert.True(await NewNode().VerifiesAsync(await frozen.WriteAsync()));
    }

    [Fact]
    public async Task Tokens_of_a_local_key_verify_after_the_move_to_a_source()
    {
        using var before = new KeyNode(store, clock);
        var token = await before.WriteAsync();

        var after = NewNode();

        Assert.True(await after.VerifiesAsync(token));
        Assert.NotEqual(await before.SignerAsync(), await after.SignerAsync());
        Assert.Equal([await before.SignerAsync(), await after.SignerAsync()], await after.PublishedAsync());
    }

    [Fact]
    public async Task An_app_registers_it_with_one_line()
    {
        await using var provider = await TestProvider.StartAsync(
            options => options.Resources.Add(new() { Identifier = "https://api.example" }), services => services.AddSingleton<ISigningKeySource>(source));
        var client = await provider.AddClientAsync();

        var token = (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", "https://api.example"))).AccessToken;

        Assert.True(await client.IsActiveAsync(token));
        Assert.True(source.Signed > 0);
        source.Fails = new HttpRequestException("The key service is away.");
        (await client.TokenAsync(("grant_type", "client_credentials"), ("resource", "https://api.example"))).IsRefused(503, "temporarily_unavailable");
        Assert.True(await client.IsActiveAsync(token));
        Assert.Equal(200, (int)(await provider.Http.GetAsync("/oauth2/jwks", Ct)).StatusCode);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private KeyNode NewNode()
    {
        var node = new KeyNode(store, clock, logs: logs, sources: source);
        nodes.Add(node);
        return node;
    }

    public void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
        source.Dispose();
        logs.Dispose();
    }

    /// <summary>A key service for ES256, on a wire that a test cuts.</summary>
    private sealed class RemoteKeys : ISigningKeySource, IDisposable
    {
        private readonly List<(ECDsa Key, bool Signs)> keys = [(ECDsa.Create(ECCurve.NamedCurves.nistP256), true)];

        public Exception? Fails;
        public bool Hangs, Alters;
        public int Listed, Signed;
        public DSASignatureFormat Format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation;

        public IReadOnlyCollection<string> Algorithms => [Jwa.ES256];

        public void Add(bool signs) => keys.Add((ECDsa.Create(ECCurve.NamedCurves.nistP256), signs));

        public void Switch()
        {
            for (var i = 0; i < keys.Count; i++) keys[i] = (keys[i].Key, !keys[i].Signs);
        }

        public void Remove(int at) => keys.RemoveAt(at);

        public async ValueTask<IReadOnlyList<ExternalKey>> ListAsync(CancellationToken ct)
        {
            Listed++;
            await AnswerAsync(ct);
            return [.. keys.Select(key => new ExternalKey(NameOf(key.Key), Jwa.ES256, key.Key.ExportSubjectPublicKeyInfo(), key.Signs))];
        }

        public async ValueTask<ReadOnlyMemory<byte>> SignAsync(ExternalKey key, ReadOnlyMemory<byte> data, CancellationToken ct)
        {
            await AnswerAsync(ct);
            Signed++;
            var signature = keys.Single(held => NameOf(held.Key) == key.Reference).Key.SignData(data.Span, HashAlgorithmName.SHA256, Format);
            if (Alters) signature[^1] ^= 1;
            return signature;
        }

        private async Task AnswerAsync(CancellationToken ct)
        {
            await Task.Yield();
            if (Fails is not null) throw Fails;
            if (Hangs) await Task.Delay(Timeout.Infinite, ct);
        }

        private static string NameOf(ECDsa key) => Convert.ToHexString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

        public void Dispose()
        {
            foreach (var (key, _) in keys) key.Dispose();
        }
    }
}
