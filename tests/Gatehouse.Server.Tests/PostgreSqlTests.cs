using System.Net;
using Gatehouse.Testing;

namespace Gatehouse.Server.Tests;

public sealed class PostgreSqlTests
{
    [Fact]
    public async Task One_setting_makes_it_PostgreSQL_and_nodes_may_start_together()
    {
        var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RunningServer.StartAsync(("ConnectionStrings:Gatehouse", database))));
        await using var one = nodes[0];
        await using var other = nodes[1];
        await one.AddUserAsync();
        using var visitor = new Visitor(other);
        Assert.Equal(HttpStatusCode.SeeOther, (await visitor.SignInAsync()).Status);
        Assert.Equal("ready", (await visitor.GetAsync("/health/ready")).Html);
    }
}
