using Gatehouse.Keys;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Keys;

/// <summary>A store that cannot be reached, or is slow, does not stop a node that knows its keys, for as long as that is safe.</summary>
public sealed class KeyOutageTests : IDisposable
{
    private readonly SwitchableStore store = new();
    private readonly FakeTimeProvider clock = new(KeyNode.Start);
    private readonly RecordingLoggerProvider logs = new();
    private readonly KeyNode node;

    public KeyOutageTests() => node = new(store, clock, logs: logs);

    [Fact]
    public async Task A_store_that_cannot_be_reached_at_start_is_tried_again()
    {
        store.Down = true;
        await node.Refresher.StartAsync(Ct);
        await node.Refresher.StopAsync(Ct);
        await Assert.ThrowsAsync<TimeoutException>(() => node.WriteAsync());

        store.Down = false;

        Assert.True(await node.VerifiesAsync(await node.WriteAsync()));
        Assert.Single(logs.Lines, line => line.Event.Id == 1203);
    }

    [Fact]
    public async Task A_node_goes_on_with_what_it_knows_for_as_long_as_a_key_is_published_before_it_signs()
    {
        var token = await node.WriteAsync();
        store.Down = true;

        clock.Advance(TimeSpan.FromHours(23.9));
        Assert.True(await node.VerifiesAsync(token));
        Assert.True(await node.VerifiesAsync(await node.WriteAsync()));

        // From here on the others may have rotated, and dropped ours.
        clock.Advance(TimeSpan.FromHours(0.2));
        await Assert.ThrowsAsync<TimeoutException>(() => node.WriteAsync());
        await Assert.ThrowsAsync<TimeoutException>(() => node.VerifiesAsync(token));

        store.Down = false;
        Assert.True(await node.VerifiesAsync(token));
        Assert.True(await node.VerifiesAsync(await node.WriteAsync()));
    }

    /// <summary>What is read serves everybody, so whoever happens to read has all the time for it.</summary>
    [Fact]
    public async Task A_request_that_has_waited_too_long_for_the_store_reads_the_keys_for_all_others_all_the_same()
    {
        StoreTime.Start();
        StoreTime.OfRequest!.Raise(TimeSpan.FromSeconds(5));
        Assert.True(await node.VerifiesAsync(await node.WriteAsync()));
        Assert.Equal([null], store.ReadFor.Distinct());
        Assert.NotNull(StoreTime.OfRequest);
    }

    /// <summary>Its turn comes without anybody saying so.</summary>
    [Fact]
    public async Task A_key_that_was_published_takes_over_although_the_store_is_down()
    {
        var first = await node.SignerAsync();
        clock.Advance(TimeSpan.FromDays(89));
        await node.RefreshAsync();
        clock.Advance(TimeSpan.FromHours(12));
        await node.RefreshAsync();
        store.Down = true;

        Assert.Equal(first, await node.SignerAsync());
        clock.Advance(TimeSpan.FromHours(12));
        Assert.NotEqual(first, await node.SignerAsync());
    }

    [Fact]
    public async Task While_the_store_is_down_requests_do_not_ask_it()
    {
        await node.WriteAsync();
        store.Down = true;
        clock.Advance(TimeSpan.FromMinutes(1));
        await node.WriteAsync();
        var asked = store.Asked;

        for (var i = 0; i < 100; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await node.WriteAsync();
        }
        Assert.Equal(asked, store.Asked);

        store.Down = false;
        await node.RefreshAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        await node.WriteAsync();
        Assert.True(store.Asked > asked + 1);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_store_that_does_not_answer_is_waited_for_five_seconds_once(bool deaf)
    {
        await node.WriteAsync();
        (store.Hangs, store.IsDeaf) = (true, deaf);
        clock.Advance(TimeSpan.FromMinutes(1));

        var waiting = node.WriteAsync();
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.True(await node.VerifiesAsync(await waiting));
        Assert.True(node.WriteAsync().IsCompletedSuccessfully);
    }

    /// <summary>Nobody stands behind the refresher, which asks it again and again.</summary>
    [Fact]
    public async Task While_the_store_does_not_answer_the_refresher_alone_waits_for_it()
    {
        var signer = await node.SignerAsync();
        store.Down = true;
        clock.Advance(TimeSpan.FromMinutes(1));
        await node.WriteAsync();
        (store.Down, store.Hangs) = (false, true);
        var refreshing = node.RefreshAsync();
        clock.Advance(TimeSpan.FromSeconds(0.5));

        var published = node.Keys.GetNewestAsync(Ct);
        Assert.True(published.IsCompleted);
        Assert.NotNull((await published).Find(signer));
        Assert.False(refreshing.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => refreshing);
    }

    [Fact]
    public async Task Made_up_kids_cost_the_store_five_readings_a_second_at_most()
    {
        await node.WriteAsync();
        var asked = store.Asked;
        var watch = System.Diagnostics.Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(async () =>
            Assert.False(await node.VerifiesAsync(Jwt.Make($$"""{"alg":"ES256","kid":"{{i}}","typ":"JWT"}""", "{}", _ => new byte[64]))))));

        Assert.InRange(store.Asked - asked, 1, 2 + watch.ElapsedMilliseconds / 200);
    }

    [Fact]
    public async Task The_key_document_has_a_key_that_another_node_made_a_moment_ago()
    {
        await node.WriteAsync();
        using var other = new KeyNode(store, clock);
        var first = await other.SignerAsync();
        await store.TryReplaceAsync(first, KeyReplacement.AtOnce, Ct);
        await other.RefreshAsync();

        var signer = await other.SignerAsync();

        Assert.NotEqual(first, signer);
        Assert.NotNull((await node.Keys.GetNewestAsync(Ct)).Find(signer));
    }

    [Fact]
    public async Task The_key_document_does_not_wait_for_a_slow_store()
    {
        var signer = await node.SignerAsync();
        var asked = store.Asked;
        store.Hangs = true;

        var waiting = node.Keys.GetNewestAsync(Ct).AsTask();
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref store.Asked) > asked));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull((await waiting).Find(signer));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        node.Dispose();
        logs.Dispose();
    }

    /// <summary>The store in memory, behind a wire.</summary>
    private sealed class SwitchableStore : IKeyStore
    {
        private readonly InMemoryKeyStore inner = new();

        public bool Down, Hangs, IsDeaf;
        public int Asked;
        public readonly List<StoreTime?> ReadFor = [];

        public async ValueTask<IReadOnlyList<StoredKey>> ListAsync(CancellationToken ct)
        {
            lock (ReadFor) ReadFor.Add(StoreTime.OfRequest);
            Interlocked.Increment(ref Asked);
            if (Down) throw new TimeoutException("The wire is cut.");
            if (Hangs) await Task.Delay(Timeout.Infinite, IsDeaf ? default : ct);
            return await inner.ListAsync(ct);
        }

        public ValueTask<bool> TryAddAsync(StoredKey key, string? newestSeen, CancellationToken ct) => inner.TryAddAsync(key, newestSeen, ct);

        public ValueTask<bool> TryRetireAsync(string id, DateTimeOffset now, CancellationToken ct) => inner.TryRetireAsync(id, now, ct);

        public ValueTask<bool> TryReplaceAsync(string id, KeyReplacement replacement, CancellationToken ct) => inner.TryReplaceAsync(id, replacement, ct);

        public ValueTask<bool> TryRemoveAsync(string id, CancellationToken ct) => inner.TryRemoveAsync(id, ct);
    }
}
