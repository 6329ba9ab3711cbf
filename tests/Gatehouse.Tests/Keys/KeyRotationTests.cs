using Gatehouse.Keys;
using Gatehouse.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Keys;

/// <summary>Two nodes on one store and years of rotation: no token that one signs is ever refused by the other.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private readonly InMemoryKeyStore store = new();
    private readonly FakeTimeProvider clock = new(KeyNode.Start);
    private readonly RecordingLoggerProvider logs = new();
    private readonly List<KeyNode> nodes = [];

    [Fact]
    [Trait("SR", "SR-242")]
    public async Task No_token_is_refused_on_any_node_in_three_years_of_rotation()
    {
        KeyNode a = NewNode(), b = NewNode();
        var signers = new HashSet<string>();
        var tokens = new List<(string Token, DateTimeOffset Expires)>();

        for (var i = 0; i < 3 * 365 * 4; i++)
        {
            // Each node is looked after at its own time, and one of them may be late.
            if (i % 3 == 0) await a.RefreshAsync();
            if (i % 4 == 0) await b.RefreshAsync();
            foreach (var node in nodes)
            {
                tokens.Add((await node.WriteAsync(), clock.GetUtcNow() + TimeSpan.FromHours(24)));
                signers.Add(await node.SignerAsync());
            }
            tokens.RemoveAll(token => token.Expires < clock.GetUtcNow());
            foreach (var (token, _) in tokens)
                foreach (var node in nodes)
                    Assert.True(await node.VerifiesAsync(token), $"{clock.GetUtcNow():O}");
            Assert.InRange((await store.ListAsync(Ct)).Count, 1, 3);
            clock.Advance(TimeSpan.FromHours(6));
        }

        Assert.Equal(12, signers.Count - 1);
    }

    [Fact]
    public async Task A_key_is_published_a_day_before_it_signs()
    {
        var node = NewNode();
        var first = await node.SignerAsync();

        clock.Advance(TimeSpan.FromDays(89));
        await node.RefreshAsync();
        var published = await node.PublishedAsync();
        Assert.Equal(2, published.Count);
        Assert.Equal(first, await node.SignerAsync());

        clock.Advance(TimeSpan.FromHours(23.9));
        Assert.Equal(first, await node.SignerAsync());
        clock.Advance(TimeSpan.FromHours(0.1));
        Assert.Equal(published[1], await node.SignerAsync());
        Assert.Equal(published, await node.PublishedAsync());

        clock.Advance(TimeSpan.FromHours(48.1));
        await node.RefreshAsync();
        Assert.Equal([published[1]], await node.PublishedAsync());
        Assert.Equal([published[1]], (await store.ListAsync(Ct)).Select(key => key.Id));
        Assert.Contains(logs.Lines, line => line.Event.Id == 1205 && line.Message.Contains(first, StringComparison.Ordinal));
    }

    /// <summary>As after SIGSTOP: it did nothing for months, wakes with what it knew, and signs before anything in the background has run.</summary>
    [Fact]
    public async Task A_node_that_was_frozen_past_a_rotation_reads_before_it_signs()
    {
        KeyNode frozen = NewNode(), awake = NewNode();
        var old = await frozen.WriteAsync();

        for (var day = 0; day < 100; day++)
        {
            await awake.RefreshAsync();
            clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.False(await awake.VerifiesAsync(old));
        Assert.True(await awake.VerifiesAsync(await frozen.WriteAsync()));
        Assert.Equal(await awake.SignerAsync(), await frozen.SignerAsync());
        Assert.False(await frozen.VerifiesAsync(old));
    }

    [Theory]
    [InlineData(Jwa.ES256, 16)]
    [InlineData(Jwa.RS256, 2)]
    public async Task Nodes_that_rotate_at_the_same_moment_make_one_key(string algorithm, int count)
    {
        for (var i = 0; i < count; i++) NewNode();
        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.WriteAsync(algorithm))));
        var before = (await store.ListAsync(Ct)).Count(key => key.Algorithm == algorithm);
        clock.Advance(TimeSpan.FromDays(89.5));

        await Task.WhenAll(nodes.Select(node => Task.Run(node.RefreshAsync)));

        Assert.Equal(1, before);
        Assert.Equal(2, (await store.ListAsync(Ct)).Count(key => key.Algorithm == algorithm));
        clock.Advance(TimeSpan.FromDays(1));
        var signers = await Task.WhenAll(nodes.Select(node => node.SignerAsync(algorithm)));
        Assert.Single(signers.Distinct());
    }

    [Fact]
    public async Task A_key_of_another_algorithm_is_made_when_it_is_first_needed_and_known_to_all_at_once()
    {
        KeyNode a = NewNode(), b = NewNode();
        await b.WriteAsync();

        var token = await a.WriteAsync(Jwa.EdDSA);

        Assert.True(await b.VerifiesAsync(token));
        Assert.Equal(await a.SignerAsync(Jwa.EdDSA), await b.SignerAsync(Jwa.EdDSA));
        Assert.Equal(2, (await store.ListAsync(Ct)).Count);
        // From then on it is looked after like the rest.
        clock.Advance(TimeSpan.FromDays(89.5));
        await a.RefreshAsync();
        Assert.Equal(["ES256", "EdDSA", "ES256", "EdDSA"], (await store.ListAsync(Ct)).Select(key => key.Algorithm));
    }

    [Fact]
    public async Task Algorithms_of_the_configuration_have_a_key_from_the_start()
    {
        var node = NewNode(options => options.Algorithms.Add(Jwa.EdDSA));

        await node.Refresher.StartAsync(Ct);

        Assert.Equal(["ES256", "EdDSA"], (await store.ListAsync(Ct)).Select(key => key.Algorithm));
        await node.Refresher.StopAsync(Ct);
    }

    [Fact]
    public async Task A_retired_key_is_refused_at_once_and_another_signs()
    {
        KeyNode a = NewNode(), b = NewNode();
        var token = await a.WriteAsync();
        Assert.True(await b.VerifiesAsync(token));
        var leaked = await a.SignerAsync();

        Assert.True(await store.TryRetireAsync(leaked, clock.GetUtcNow(), Ct));
        await Task.WhenAll(a.RefreshAsync(), b.RefreshAsync());

        foreach (var node in nodes)
        {
            Assert.False(await node.VerifiesAsync(token));
            Assert.DoesNotContain(leaked, await node.PublishedAsync());
            Assert.NotEqual(leaked, await node.SignerAsync());
            foreach (var other in nodes) Assert.True(await other.VerifiesAsync(await node.WriteAsync()));
        }
        Assert.Equal(await a.SignerAsync(), await b.SignerAsync());
        Assert.Equal(2, (await store.ListAsync(Ct)).Count);
    }

    /// <summary>A node that was frozen when its key was retired must not sign with it once more.</summary>
    [Fact]
    public async Task A_node_that_wakes_does_not_sign_with_a_key_that_was_retired_meanwhile()
    {
        KeyNode frozen = NewNode(), awake = NewNode();
        var leaked = await frozen.SignerAsync();
        Assert.True(await store.TryRetireAsync(leaked, clock.GetUtcNow(), Ct));
        await awake.RefreshAsync();

        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.NotEqual(leaked, await frozen.SignerAsync());
        Assert.True(await awake.VerifiesAsync(await frozen.WriteAsync()));
    }

    [Theory]
    [InlineData(KeyReplacement.Planned, 24)]
    [InlineData(KeyReplacement.AtOnce, 0)]
    public async Task A_replacement_that_was_asked_for_is_made_by_a_node(KeyReplacement replacement, int hours)
    {
        KeyNode a = NewNode(), b = NewNode();
        var old = await a.SignerAsync();
        Assert.True(await store.TryReplaceAsync(old, replacement, Ct));

        for (var i = 0; i < 3; i++)
        {
            await a.RefreshAsync();
            await b.RefreshAsync();
        }

        var keys = await store.ListAsync(Ct);
        Assert.Equal([KeyNode.Start, KeyNode.Start.AddHours(hours)], keys.Select(key => key.ActivatesAt));
        Assert.Equal(hours == 0 ? keys[1].Id : old, await b.SignerAsync());
        clock.Advance(TimeSpan.FromHours(hours));
        Assert.Equal([keys[1].Id, keys[1].Id], [await a.SignerAsync(), await b.SignerAsync()]);
        Assert.Equal(2, (await b.PublishedAsync()).Count);
    }

    /// <summary>A deployment that is misconfigured for weeks: two groups of nodes, each unable to open the keys of the other.</summary>
    [Fact]
    public async Task Nodes_that_cannot_open_each_others_keys_still_verify_each_others_tokens()
    {
        KeyNode a = NewNode(), b = NewNode(protection: new EphemeralDataProtectionProvider());
        var tokens = new List<(string Token, DateTimeOffset Expires)>();

        for (var hour = 0; hour < 30 * 24; hour += 6)
        {
            foreach (var node in nodes) await node.RefreshAsync();
            foreach (var node in nodes) tokens.Add((await node.WriteAsync(), clock.GetUtcNow() + TimeSpan.FromHours(24)));
            tokens.RemoveAll(token => token.Expires < clock.GetUtcNow());
            foreach (var (token, _) in tokens)
                foreach (var node in nodes)
                    Assert.True(await node.VerifiesAsync(token));
            clock.Advance(TimeSpan.FromHours(6));
        }

        Assert.InRange((await store.ListAsync(Ct)).Count, 2, 8);
        Assert.Contains(logs.Lines, line => line.Event.Id == 1202);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private KeyNode NewNode(Action<KeyOptions>? configure = null, IDataProtectionProvider? protection = null)
    {
        var node = new KeyNode(store, clock, protection, logs, configure);
        nodes.Add(node);
        return node;
    }

    public void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
        logs.Dispose();
    }
}
