using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Server.Tests;

public sealed class ServerProcessTests
{
    [Fact]
    public async Task With_no_settings_it_starts_and_prints_the_link_until_somebody_used_it()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-process-").FullName;
        using var http = new HttpClient();
        await using (var first = await ServerProcess.StartAsync(folder))
        {
            var link = (await first.WaitForAsync("/setup?token=")).Trim();
            Assert.StartsWith($"http://localhost:{first.Port}/setup?token=gtl_", link, StringComparison.Ordinal);
            Assert.Contains("<form", await http.GetStringAsync(link, TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Equal("ready", await http.GetStringAsync($"http://localhost:{first.Port}/health/ready", TestContext.Current.CancellationToken));
            // Only to whoever started it: nothing that is logged has it.
            Assert.Single(first.Output.Split('\n'), line => line.Contains("gtl_", StringComparison.Ordinal));
        }

        await using var second = await ServerProcess.StartAsync(folder);
        Assert.Contains("/setup?token=gtl_", await second.WaitForAsync("/setup?token="), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_request_in_flight_is_answered_before_the_server_stops()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-process-").FullName;
        await using var server = await ServerProcess.StartAsync(folder);
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", server.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /oauth2/token HTTP/1.1\r\nHost: localhost:{server.Port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 29\r\nConnection: close\r\n\r\ngrant_type=clie"),
            TestContext.Current.CancellationToken);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        server.Terminate();
        await server.WaitForAsync("Application is shutting down");
        await stream.WriteAsync("nt_credentials"u8.ToArray(), TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.Contains("invalid_client", answer, StringComparison.Ordinal);
        await server.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, server.Process.ExitCode);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_wrong_setting_ends_in_one_sentence()
    {
        var refused = Assert.Throws<Hosting.SettingsException>(() => ServerApp.Build(["--Gatehouse:Provider", "oracle", "--ConnectionStrings:Gatehouse", "x=y"]));
        Assert.Contains("Use sqlite or postgresql", refused.Message, StringComparison.Ordinal);
    }
}
