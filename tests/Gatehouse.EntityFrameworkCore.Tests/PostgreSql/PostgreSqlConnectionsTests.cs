using Gatehouse.EntityFrameworkCore.PostgreSql;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.PostgreSql;

public sealed class PostgreSqlConnectionsTests
{
    [Fact]
    public void Statements_are_prepared_and_sessions_not_reset_unless_the_connection_string_says_otherwise()
    {
        using var connections = new PostgreSqlConnections("Host=127.0.0.1;Database=gatehouse");
        var settings = new NpgsqlConnectionStringBuilder(connections.DataSource.ConnectionString);
        Assert.Equal((64, 2, true, false), (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages, settings.NoResetOnClose, settings.Enlist));
    }

    /// <summary>A pooler in transaction mode cannot keep prepared statements.</summary>
    [Fact]
    public void What_the_connection_string_says_stands()
    {
        using var connections = new PostgreSqlConnections("Host=127.0.0.1;Database=gatehouse;Max Auto Prepare=0;Auto Prepare Min Usages=7;No Reset On Close=false;Enlist=true");
        var settings = new NpgsqlConnectionStringBuilder(connections.DataSource.ConnectionString);
        Assert.Equal((0, 7, false, true), (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages, settings.NoResetOnClose, settings.Enlist));
    }
}
