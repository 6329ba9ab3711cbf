using Gatehouse.EntityFrameworkCore.PostgreSql;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.PostgreSql;

public sealed class PostgreSqlConnectionsTests
{
    [Fact]
    public void Statements_are_prepared_and_sessions_not_reset_unless_the_connection_string_says_otherwise()
    {
        using var connections = new PostgreSqlConnections("Host=127.0.0.1;Database=gatehouse", new());
        var settings = new NpgsqlConnectionStringBuilder(connections.DataSource.ConnectionString);
        Assert.Equal((64, 2, true, false), (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages, settings.NoResetOnClose, settings.Enlist));
    }

    /// <summary>A pooler in transaction mode cannot keep prepared statements.</summary>
    [Fact]
    public void What_the_connection_string_says_stands()
    {
        using var connections = new PostgreSqlConnections("Host=127.0.0.1;Database=gatehouse;Max Auto Prepare=0;Auto Prepare Min Usages=7;No Reset On Close=false;Enlist=true", new());
        var settings = new NpgsqlConnectionStringBuilder(connections.DataSource.ConnectionString);
        Assert.Equal((0, 7, false, true), (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages, settings.NoResetOnClose, settings.Enlist));
    }

    [Theory, InlineData(5, 2, 4), InlineData(1, 1, 1), InlineData(30, 12, 24)]
    public void Connecting_and_working_each_get_a_part_of_the_limit(int limit, int connecting, int working)
    {
        using var connections = new PostgreSqlConnections("Host=127.0.0.1;Database=gatehouse", new() { Timeout = TimeSpan.FromSeconds(limit) });
        var settings = new NpgsqlConnectionStringBuilder(connections.DataSource.ConnectionString);
        Assert.Equal((connecting, working, true), (settings.Timeout, settings.CommandTimeout, settings.TcpKeepAlive));
    }

    [Theory, InlineData("a,b", 40, 4), InlineData("a,b", 5, 2)]
    public void Several_hosts_share_the_time_for_connecting(string hosts, int limit, int connecting)
    {
        using var connections = new PostgreSqlConnections($"Host={hosts};Database=gatehouse", new() { Timeout = TimeSpan.FromSeconds(limit) });
        Assert.Equal(connecting, new NpgsqlConnectionStringBuilder(connections.DataSource.ConnectionString).Timeout);
    }

    /// <summary>With one second, the driver would wait for ever for a server that does not say whether it is the primary.</summary>
    [Theory, InlineData("Host=a,b;Timeout=1", 2), InlineData("Host=a;Target Session Attributes=primary;Timeout=1", 2), InlineData("Host=a,b;Timeout=9", 9), InlineData("Host=a;Timeout=1", 1)]
    public void Connecting_to_a_host_with_a_role_takes_no_single_second(string hosts, int connecting)
    {
        using var connections = new PostgreSqlConnections($"{hosts};Database=gatehouse", new());
        Assert.Equal(connecting, new NpgsqlConnectionStringBuilder(connections.DataSource.ConnectionString).Timeout);
    }

    /// <summary>The driver takes the wish for a server with a role in one place only, and not together with that for one host.</summary>
    [Theory, InlineData("Host=a,b"), InlineData("Host=a,b;Target Session Attributes=read-write"), InlineData("Host=a;Target Session Attributes=primary"), InlineData("Host=a,b;Target Session Attributes=prefer-standby;Load Balance Hosts=true")]
    public void Several_hosts_and_their_roles_may_be_named(string hosts)
    {
        using var connections = new PostgreSqlConnections($"{hosts};Database=gatehouse", new());
        Assert.Equal(1, new NpgsqlConnectionStringBuilder(connections.DataSource.ConnectionString).HostRecheckSeconds);
    }
}
