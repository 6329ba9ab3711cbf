using Gatehouse.Storage;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.Nodes;

public sealed class SweepTurnTests(PostgreSqlDatabase database) : IClassFixture<PostgreSqlDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ISweepTurns One => database.Node<ISweepTurns>();

    private ISweepTurns Other => database.OtherNode<ISweepTurns>();

    [Fact]
    public async Task One_node_sweeps_at_a_time_and_then_it_may_be_another()
    {
        await using (var turn = await One.TryTakeAsync(Ct))
        {
            Assert.NotNull(turn);
            Assert.Null(await Other.TryTakeAsync(Ct));
            Assert.Null(await One.TryTakeAsync(Ct));
        }
        await using var next = await Other.TryTakeAsync(Ct);
        Assert.NotNull(next);
        Assert.Null(await One.TryTakeAsync(Ct));
    }

    /// <summary>A node that is frozen in its turn, or whose host has vanished: PostgreSQL ends its session.</summary>
    [Fact]
    public async Task A_node_that_lost_its_line_has_lost_its_turn_and_does_not_fail_for_it()
    {
        var turn = await One.TryTakeAsync(Ct);
        Assert.NotNull(turn);
        await using (var source = NpgsqlDataSource.Create(database.ConnectionString))
        await using (var end = source.CreateCommand("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"))
            Assert.True((bool)(await end.ExecuteScalarAsync(Ct))!);

        IAsyncDisposable? next = null;
        await Node.EventuallyAsync(async () => (next = await Other.TryTakeAsync(Ct)) is not null);
        await turn.DisposeAsync();
        await next!.DisposeAsync();
    }
}
