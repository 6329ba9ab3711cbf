using Gatehouse.Clients;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Npgsql;
using static Gatehouse.EntityFrameworkCore.Tests.Faults.TestArtifacts;
using static Gatehouse.EntityFrameworkCore.Tests.Nodes.Node;

namespace Gatehouse.EntityFrameworkCore.Tests.Nodes;

/// <summary>Messages between nodes get lost, and are sent only where that is cheap.</summary>
public sealed class ChangeListenerTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Whoever was cut off has missed what was said: after it is back it trusts nothing that it knew.</summary>
    [Fact]
    public async Task A_node_that_was_cut_off_listens_again_and_looks_at_everything_anew()
    {
        await using var wire = PostgresWire.Start(await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct));
        await using var node = await StartAsync(wire.ConnectionString, listens: true);

        wire.IsDown = true;
        await EventuallyAsync(() => Task.FromResult(node.Logs.Lines.Any(line => line.Event.Id == 4011)));
        wire.IsDown = false;

        await ReconnectedAsync(node);
        Assert.Single(node.Logs.Lines, line => line.Event.Id == 4011);
        Assert.Single(node.Logs.Lines, line => line.Event.Id == 4012);
        await HearsAsync(node, wire.ConnectionString);
    }

    [Fact]
    public async Task A_database_that_was_killed_and_comes_back_is_listened_to_again()
    {
        await using var cluster = await PostgresCluster.StartNewAsync(Ct);
        var connectionString = await cluster.CreateDatabaseAsync(Ct);
        await using var node = await StartAsync(connectionString, listens: true);

        await cluster.KillAsync(Ct);
        await EventuallyAsync(() => Task.FromResult(node.Logs.Lines.Any(line => line.Event.Id == 4011)));
        await cluster.StartAsync(Ct);

        await ReconnectedAsync(node);
        await HearsAsync(node, connectionString);
    }

    /// <summary>PostgreSQL lets transactions that notify commit one at a time. Those who issue, refresh and look up must not stand in that line.</summary>
    [Fact]
    public async Task Nothing_is_said_where_tokens_are_issued_exchanged_or_checked()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var node = await StartAsync(connectionString, listens: false);
        var store = node.Get<IProtocolStore>();
        await using var ear = await Ear.ListenAsync(connectionString);

        var family = NewFamily();
        Artifact refresh = NewArtifact(family), access = NewArtifact(family), next = NewArtifact(family);
        await store.StartAsync(family, [refresh, access], Ct);
        Assert.True(await store.TryUpdateAsync(access, """{"n":1}""", Ct));
        Assert.True(await store.TryRedeemAsync(refresh, [next], new byte[] { 1 }, Now, Ct));
        Assert.False(await store.TryRedeemAsync(refresh, [], null, Now, Ct));
        await store.FindAsync(next.Id, Ct);
        await store.RecordUseAsync([new(family.Id, Now)], Ct);
        await store.TryRememberAsync("jti", Now, Ct);
        await store.SweepAsync(Now, 10, Ct);
        Assert.False(await node.Get<IClientStore>().TryDeleteAsync("nobody", Ct));
        Assert.Empty(await ear.HeardAsync());

        await store.RevokeFamilyAsync(family.Id, Now, Ct);
        await store.RevokeFamilyAsync(family.Id, Now, Ct);
        Assert.Equal([$"family {family.Id}"], await ear.HeardAsync());
    }

    [Fact]
    public async Task What_ends_many_families_is_said_once()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var node = await StartAsync(connectionString, listens: false);
        await using var ear = await Ear.ListenAsync(connectionString);
        for (var i = 0; i < 10; i++) await node.Get<IProtocolStore>().StartAsync(NewFamily() with { SessionId = "session" }, [], Ct);

        Assert.Equal(10, await node.Get<IProtocolStore>().RevokeSessionAsync("session", Now, Ct));

        Assert.Equal(["subject alice"], await ear.HeardAsync());
    }

    private static Task ReconnectedAsync(Node node) => EventuallyAsync(() =>
    {
        node.Clock.Advance(Moment);
        return Task.FromResult(node.Connected >= 2);
    });

    private static async Task HearsAsync(Node node, string connectionString)
    {
        var heard = new TaskCompletionSource<string>();
        node.Get<StoreChanges>().TokenRevoked += heard.SetResult;
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var say = source.CreateCommand("SELECT pg_notify('gatehouse', 'token abc')");
        await say.ExecuteNonQueryAsync(Ct);
        Assert.Equal("abc", await heard.Task.WaitAsync(TimeSpan.FromSeconds(60), Ct));
    }

    /// <summary>Hears all that is said in a database.</summary>
    private sealed class Ear(NpgsqlConnection connection) : IAsyncDisposable
    {
        private readonly List<string> heard = [];

        public static async Task<Ear> ListenAsync(string connectionString)
        {
            var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(Ct);
            var ear = new Ear(connection);
            connection.Notification += (_, notice) => ear.heard.Add(notice.Payload);
            await using var listen = new NpgsqlCommand("LISTEN gatehouse", connection);
            await listen.ExecuteNonQueryAsync(Ct);
            return ear;
        }

        /// <summary>Since the last time. What was said before a word of our own is heard before it.</summary>
        public async Task<List<string>> HeardAsync()
        {
            await using (var mark = new NpgsqlCommand("SELECT pg_notify('gatehouse', 'mark')", connection)) await mark.ExecuteNonQueryAsync(Ct);
            while (!heard.Contains("mark")) await connection.WaitAsync(Ct);
            List<string> said = [.. heard.Where(word => word != "mark")];
            heard.Clear();
            return said;
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
