using System.Collections.Concurrent;
using System.Net;
using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Protocol;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Gatehouse.Throttling;
using Gatehouse.Tokens;
using static Gatehouse.EntityFrameworkCore.Tests.Faults.TestArtifacts;
using static Gatehouse.EntityFrameworkCore.Tests.Nodes.Node;

namespace Gatehouse.EntityFrameworkCore.Tests.Nodes;

/// <summary>What one node changes, another one learns: at once if it listens, and within its bound if it does not or the message was lost.</summary>
public sealed class SharedStateTests(ThreeNodes nodes) : IClassFixture<ThreeNodes>
{
    private static readonly TimeSpan HalfASecond = TimeSpan.FromMilliseconds(500), Bound = TimeSpan.FromSeconds(5);

    private readonly Node writer = nodes.Writer;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, InlineData(true), InlineData(false)]
    [Trait("SR", "SR-082")]
    public async Task A_client_that_is_disabled_on_one_node_is_refused_by_the_others(bool listens)
    {
        var other = nodes.Other(listens);
        var client = new Client { Id = $"app-{listens}", Name = "App", GrantTypes = ["client_credentials"] };
        Assert.True(await writer.Get<IClientStore>().TryCreateAsync(client, Ct));
        var cache = other.Get<ClientCache>();
        // Found again in memory: what was looked up while the other node's word was still on its way is not kept.
        await EventuallyAsync(async () => await cache.FindAsync(client.Id, Ct) is not null);

        Assert.True(await writer.Get<IClientStore>().TryUpdateAsync(client with { Enabled = false }, Ct));

        if (!listens) Assert.NotNull(await cache.FindAsync(client.Id, Ct));
        await AfterHalfASecondAsync(other, listens, async () => await cache.FindAsync(client.Id, Ct) is null);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_key_that_is_retired_on_one_node_is_refused_by_the_others(bool listens)
    {
        var other = nodes.Other(listens);
        await writer.Get<KeyRing>().RefreshAsync(Ct);
        await other.Get<KeyRing>().RefreshAsync(Ct);
        var key = (await other.Get<KeyRing>().GetAsync(Ct)).For(Jwa.ES256).Id;

        Assert.True(await writer.Get<IKeyStore>().TryRetireAsync(key, writer.Clock.GetUtcNow(), Ct));

        if (!listens) Assert.Equal(key, (await other.Get<KeyRing>().GetAsync(Ct)).For(Jwa.ES256).Id);
        await AfterHalfASecondAsync(other, listens, async () => (await other.Get<KeyRing>().GetAsync(Ct)).Find(key) is null);
    }

    public static TheoryData<string, bool> Revocations => new(
        from how in new[] { "family", "alone", "subject", "client", "subject at client", "session" } from listens in new[] { true, false } select (how, listens));

    [Theory, MemberData(nameof(Revocations))]
    [Trait("SR", "SR-199")]
    public async Task A_cached_token_that_is_revoked_on_one_node_dies_on_the_others_at_once_and_after_five_seconds_if_nobody_tells_them(string how, bool listens)
    {
        var other = nodes.Other(listens);
        var cache = other.Get<IAccessTokenCache>();
        var family = NewFamily("alice") with { SessionId = $"session-{listens}" };
        var artifact = NewArtifact(family) with { Kind = "access_token", Payload = """{"scope":"","iat":0}""" };
        await writer.Get<IProtocolStore>().StartAsync(family, [artifact], Ct);
        var token = new StoredAccessToken(artifact);
        // The word of the test before may come as late as now.
        await EventuallyAsync(() =>
        {
            other.Clock.Advance(TimeSpan.FromMilliseconds(1));
            cache.Keep(token, new(null, other.Now));
            return KnowsAsync();
        });

        await RevokeAsync(how, family, artifact);

        if (!listens)
        {
            other.Clock.Advance(Bound - TimeSpan.FromMilliseconds(1));
            Assert.True(await KnowsAsync());
            other.Clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.False(await KnowsAsync());
        }
        await EventuallyAsync(async () => !await KnowsAsync());

        async Task<bool> KnowsAsync() => (await cache.FindAsync(artifact.Id, Ct)).Found is not null;
    }

    /// <summary>Else whatever ends of one user would empty the caches of all. The words come in the order in which they were said, so two of our own show what lies between.</summary>
    [Theory, InlineData("session"), InlineData("subject"), InlineData("subject at client")]
    public async Task What_ends_of_one_user_is_told_of_that_user(string how)
    {
        var (subject, said) = ($"user-{how}", new ConcurrentQueue<string>());
        var (changes, store) = (nodes.Other(listens: true).Get<StoreChanges>(), writer.Get<IProtocolStore>());
        var (first, family) = (NewFamily(subject), NewFamily(subject) with { SessionId = $"session-{how}" });
        changes.FamilyRevoked += id => said.Enqueue($"{id}");
        changes.SubjectRevoked += said.Enqueue;
        changes.AllRevoked += () => said.Enqueue("all");
        foreach (var started in new[] { first, family, NewFamily(subject) with { SessionId = family.SessionId } }) await store.StartAsync(started, [NewArtifact(started)], Ct);

        await store.RevokeFamilyAsync(first.Id, writer.Clock.GetUtcNow(), Ct);
        await RevokeAsync(how, family, NewArtifact(family));
        var after = NewFamily(subject);
        await store.StartAsync(after, [NewArtifact(after)], Ct);
        await store.RevokeFamilyAsync(after.Id, writer.Clock.GetUtcNow(), Ct);

        await EventuallyAsync(() => Task.FromResult(said.Contains($"{after.Id}")));
        Assert.Equal([$"{first.Id}", subject, $"{after.Id}"], said.SkipWhile(word => word != $"{first.Id}"));
    }

    [Theory, InlineData(true), InlineData(false)]
    [Trait("SR", "SR-213")]
    public async Task A_session_that_ends_on_one_node_is_over_on_the_others(bool listens)
    {
        var other = nodes.Other(listens);
        var session = await writer.Get<LiveSessions>().StartAsync(new("alice", ["pwd"], null, null), writer.Clock.GetUtcNow(), Ct);
        var live = other.Get<LiveSessions>();
        Assert.True(await live.IsLiveAsync(session.Id, session.Stamp, Ct));

        Assert.NotNull(await writer.Get<GatehouseSessions>().EndAsync(session.Id, Ct));

        if (!listens)
        {
            Assert.True(await live.IsLiveAsync(session.Id, session.Stamp, Ct));
            other.Clock.Advance(Bound);
        }
        await EventuallyAsync(async () => !await live.IsLiveAsync(session.Id, session.Stamp, Ct));
    }

    [Fact]
    [Trait("SR", "SR-223")]
    public async Task Wrong_passwords_on_one_node_count_on_the_others_after_half_a_second()
    {
        var other = nodes.Other(listens: true);
        var throttle = writer.Get<Throttle>();
        for (var i = 0; i < 15; i++) await throttle.UserFailedAsync(throttle.User("alice"), IPAddress.Loopback, Ct);

        await AfterHalfASecondAsync(other, listens: false, () => Task.FromResult(other.Get<Throttle>().CheckUser(throttle.User("alice"), IPAddress.Loopback) is not null));
    }

    [Fact]
    public async Task What_may_be_seen_once_is_seen_once_on_all_nodes_together()
    {
        var other = nodes.Other(listens: true);
        Assert.True(await writer.Get<IReplayGuard>().TryRememberAsync("jti", Now.AddMinutes(5), Ct));
        Assert.False(await other.Get<IReplayGuard>().TryRememberAsync("jti", Now.AddMinutes(5), Ct));
    }

    /// <summary>What a node looks at every half second. If it had not begun to wait when half a second passed, another one passes a while later.</summary>
    private static async Task AfterHalfASecondAsync(Node node, bool listens, Func<Task<bool>> condition)
    {
        for (var looks = 0; !await condition(); looks++)
        {
            Assert.True(looks < 5000, "It did not come true.");
            if (!listens && looks % 200 == 0) node.Clock.Advance(HalfASecond);
            await Task.Delay(5, Ct);
        }
    }

    private async Task RevokeAsync(string how, Family family, Artifact artifact)
    {
        var store = writer.Get<IProtocolStore>();
        if (how == "family") await store.RevokeFamilyAsync(family.Id, Now, Ct);
        else if (how == "alone") Assert.True(await store.TryRedeemAsync(artifact, [], null, Now, Ct));
        else if (how == "session") Assert.InRange(await store.RevokeSessionAsync(family.SessionId!, Now, Ct), 1, 20);
        else Assert.InRange(await store.RevokeFamiliesAsync(how == "client" ? null : family.Subject, how == "subject" ? null : "client", Now, Ct), 1, 20);
    }
}

/// <summary>One that changes things, one that listens, one that is deaf.</summary>
public sealed class ThreeNodes : IAsyncLifetime
{
    private Node listening = null!, deaf = null!;

    internal Node Writer { get; private set; } = null!;

    internal Node Other(bool listens) => listens ? listening : deaf;

    public async ValueTask InitializeAsync()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync();
        Writer = await StartAsync(connectionString, listens: false);
        listening = await StartAsync(connectionString, listens: true);
        deaf = await StartAsync(connectionString, listens: false);
    }

    public async ValueTask DisposeAsync()
    {
        await deaf.DisposeAsync();
        await listening.DisposeAsync();
        await Writer.DisposeAsync();
    }
}
