using System.Net;
using Gatehouse.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Server.Tests;

public sealed class PostgreSqlTests
{
    [Fact]
    public async Task Nodes_with_folders_of_their_own_read_each_others_cookies()
    {
        var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RunningServer.StartAsync(("ConnectionStrings:Gatehouse", database))));
        await using var one = nodes[0];
        await using var other = nodes[1];
        var sealedByOne = one.App.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("cookie");
        Assert.Equal("cookie", other.App.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(sealedByOne));
    }

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

    [Fact]
    public async Task A_user_that_a_file_declares_is_made_once_by_nodes_that_start_together()
    {
        var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);
        (string, string?)[] settings = [("ConnectionStrings:Gatehouse", database), ("Gatehouse:Users:0:username", "alice"), ("Gatehouse:Users:0:password", RunningServer.Password)];
        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunningServer.StartAsync(settings)));
        foreach (var node in nodes)
        {
            using var visitor = new Visitor(node);
            Assert.Equal(HttpStatusCode.SeeOther, (await visitor.SignInAsync()).Status);
            await node.DisposeAsync();
        }
    }
}
