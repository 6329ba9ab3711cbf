using System.Net;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Server.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task A_database_without_its_tables_is_not_ready_but_the_server_lives()
    {
        await using var server = await RunningServer.StartAsync();
        using var visitor = new Visitor(server);
        Assert.Equal((HttpStatusCode.OK, "ready"), await StateAsync(visitor, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "started"), await StateAsync(visitor, "/health/startup"));

        using (var connection = new SqliteConnection(server.ConnectionString))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM gatehouse_user_migrations";
            command.ExecuteNonQuery();
        }
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready"), await StateAsync(visitor, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "live"), await StateAsync(visitor, "/health/live"));
        // It came up, whatever happened since: nobody should start it again for that.
        Assert.Equal((HttpStatusCode.OK, "started"), await StateAsync(visitor, "/health/startup"));
    }

    private static async Task<(HttpStatusCode, string)> StateAsync(Visitor visitor, string path)
    {
        var page = await visitor.GetAsync(path);
        return (page.Status, page.Html);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("203.0.113.7", false)]
    [InlineData("::1", true)]
    public async Task Only_a_proxy_that_was_named_says_what_was_forwarded(string? proxy, bool isBelieved)
    {
        await using var server = await RunningServer.StartAsync(
            ("Gatehouse:Issuer", "https://id.example"), ("Gatehouse:Proxies:0", proxy), ("Gatehouse:Proxies:1", proxy is "::1" ? "127.0.0.0/8" : proxy));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url + "/oauth2/jwks");
        request.Headers.Add("X-Forwarded-Proto", "https");
        Assert.Equal(isBelieved ? HttpStatusCode.OK : HttpStatusCode.BadRequest, (await http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }
}
