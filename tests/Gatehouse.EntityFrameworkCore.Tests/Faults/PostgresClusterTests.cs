using Gatehouse.Testing;
using Npgsql;
using Xunit;

namespace Gatehouse.EntityFrameworkCore.Tests.Faults;

public sealed class PostgresClusterTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commits_are_durable_and_survive_a_stop_and_a_kill()
    {
        await using var cluster = await PostgresCluster.StartNewAsync(Ct);
        // Unpooled: a pool keeps broken connections until somebody tries them.
        var connectionString = await cluster.CreateDatabaseAsync(Ct) + ";Pooling=false";
        await ScalarAsync(connectionString, "CREATE TABLE rows (id int)");
        await ScalarAsync(connectionString, "INSERT INTO rows VALUES (1)");

        await cluster.StopAsync(Ct);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(connectionString, "SELECT 1"));
        await cluster.StartAsync(Ct);
        await ScalarAsync(connectionString, "INSERT INTO rows VALUES (2)");

        await cluster.KillAsync(Ct);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ScalarAsync(connectionString, "SELECT 1"));
        await cluster.StartAsync(Ct);
        Assert.Equal(2L, await ScalarAsync(connectionString, "SELECT count(*) FROM rows"));
        Assert.Equal("on", await ScalarAsync(connectionString, "SHOW fsync"));
        Assert.Equal("on", await ScalarAsync(connectionString, "SHOW synchronous_commit"));
    }

    [Fact]
    public async Task Each_database_is_a_new_one()
    {
        var cluster = await PostgresCluster.SharedAsync();
        Assert.NotEqual(await cluster.CreateDatabaseAsync(Ct), await cluster.CreateDatabaseAsync(Ct));
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }
}
