using Gatehouse.Testing;
using Npgsql;
using Xunit;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

/// <summary>The instrument itself: a round-trip budget is worth as much as the counting.</summary>
public sealed class PostgresWireTests : IAsyncLifetime
{
    private PostgresWire wire = null!;
    private NpgsqlDataSource database = null!;
    private NpgsqlDataSource direct = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var connectionString = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        wire = PostgresWire.Start(connectionString);
        database = NpgsqlDataSource.Create(wire.ConnectionString);
        direct = NpgsqlDataSource.Create(connectionString);
        await ExecuteAsync("CREATE TABLE rows (id int)");
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        await direct.DisposeAsync();
        await wire.DisposeAsync();
    }

    [Fact]
    public async Task One_command_is_one_round_trip_also_on_a_connection_that_the_pool_has_to_reset() =>
        Assert.Equal(3, await wire.CountAsync(async () =>
        {
            for (var i = 0; i < 3; i++) await ExecuteAsync("SELECT 1");
        }));

    [Fact]
    public async Task A_batch_is_one_round_trip() =>
        Assert.Equal(1, await wire.CountAsync(async () =>
        {
            await using var batch = database.CreateBatch();
            for (var i = 0; i < 10; i++) batch.BatchCommands.Add(new NpgsqlBatchCommand($"INSERT INTO rows VALUES ({i})"));
            await batch.ExecuteNonQueryAsync(Ct);
        }));

    [Fact]
    public async Task A_transaction_costs_its_statements_and_its_commit_but_no_begin() =>
        Assert.Equal(3, await wire.CountAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(Ct);
            await using var transaction = await connection.BeginTransactionAsync(Ct);
            await using var command = new NpgsqlCommand("INSERT INTO rows VALUES (1)", connection, transaction);
            await command.ExecuteNonQueryAsync(Ct);
            await command.ExecuteNonQueryAsync(Ct);
            await transaction.CommitAsync(Ct);
        }));

    [Fact]
    public async Task An_answer_of_a_megabyte_and_a_question_of_a_megabyte_are_one_round_trip()
    {
        var megabyte = new string('x', 1 << 20);
        Assert.Equal(1, await wire.CountAsync(async () =>
        {
            await using var command = database.CreateCommand("SELECT $1");
            command.Parameters.AddWithValue(megabyte);
            Assert.Equal(megabyte, await command.ExecuteScalarAsync(Ct));
        }));
    }

    [Fact]
    public async Task Cut_before_a_round_trip_the_database_never_hears_of_it()
    {
        wire.CutBefore(2);
        await ExecuteAsync("INSERT INTO rows VALUES (101)");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync("INSERT INTO rows VALUES (102)"));
        Assert.Equal(1, wire.Cuts);
        Assert.Equal([101], await RowsAsync());
        await ExecuteAsync("INSERT INTO rows VALUES (103)");
        Assert.Equal([101, 103], await RowsAsync());
    }

    [Fact]
    public async Task Cut_after_a_round_trip_it_is_committed_and_the_client_does_not_know()
    {
        wire.CutAfter(1);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync("INSERT INTO rows VALUES (101)"));
        Assert.Equal(1, wire.Cuts);
        Assert.Equal([101], await RowsAsync());
        await ExecuteAsync("INSERT INTO rows VALUES (102)");
        Assert.Equal([101, 102], await RowsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cut_finds_its_statement_also_when_that_was_prepared_long_ago(bool before)
    {
        await using var connection = await database.OpenConnectionAsync(Ct);
        await using var insert = new NpgsqlCommand("INSERT INTO rows VALUES ($1)", connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = 101 } } };
        await insert.PrepareAsync(Ct);
        await insert.ExecuteNonQueryAsync(Ct);
        if (before) wire.CutBefore("INTO rows");
        else wire.CutAfter("INTO rows");
        await ExecuteAsync("SELECT 1");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => insert.ExecuteNonQueryAsync(Ct));
        Assert.Equal(1, wire.Cuts);
        Assert.Equal(before ? [101] : [101, 101], await RowsAsync());
    }

    [Fact]
    public async Task A_line_that_is_down_refuses_until_it_is_up_again()
    {
        wire.IsDown = true;
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync("SELECT 1"));
        wire.IsDown = false;
        await ExecuteAsync("SELECT 1");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private async Task<List<int>> RowsAsync()
    {
        var rows = new List<int>();
        await using var command = direct.CreateCommand("SELECT id FROM rows WHERE id > 100 ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct)) rows.Add(reader.GetInt32(0));
        return rows;
    }
}
