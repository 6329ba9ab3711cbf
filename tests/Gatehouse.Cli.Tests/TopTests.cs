using System.Net;
using Gatehouse.Cli.Top;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Cli.Tests;

public sealed class TopTests
{
    private const string Sample = """
        # HELP gatehouse_token_requests_total Requests at the token endpoint.
        # TYPE gatehouse_token_requests_total counter
        gatehouse_token_requests_total{gatehouse_client_id="a b}",gatehouse_outcome="issued"} 10
        gatehouse_token_requests_total{gatehouse_client_id="c",gatehouse_outcome="refused"} 4
        gatehouse_token_requests_totally_else 7
        gatehouse_token_request_duration_seconds_bucket{gatehouse_outcome="issued",le="0.005"} 9
        gatehouse_token_request_duration_seconds_bucket{gatehouse_outcome="issued",le="0.1"} 10
        gatehouse_token_request_duration_seconds_bucket{gatehouse_outcome="issued",le="+Inf"} 10
        gatehouse_key_age_seconds{gatehouse_key_algorithm="ES256"} 172800
        dotnet_process_memory_working_set_bytes 123000000
        """;

    [Fact]
    public void A_scrape_is_read_whatever_stands_in_a_label()
    {
        var scrape = Scrape.Parse(Sample, 0);
        Assert.Equal(14, scrape.Sum("gatehouse_token_requests_total"));
        Assert.Equal(4, scrape.Sum("gatehouse_token_requests_total", "gatehouse_outcome=\"refused\""));
        Assert.Equal(172800, scrape.Max("gatehouse_key_age_seconds"));
        Assert.Null(scrape.Max("gatehouse_nothing"));
    }

    [Fact]
    public void Two_looks_make_rates_and_a_process_that_began_anew_makes_none()
    {
        var clock = TimeProvider.System;
        var (before, now) = (Scrape.Parse("", 0), Scrape.Parse(Sample, 2 * clock.TimestampFrequency));
        Assert.Equal(["web-1", "7", "2", "0", "0", "≤ 5", "≤ 100", "-", "0", "2 d", "123 MB"], new NodeView("web-1", before, now, clock).Row());
        Assert.Equal("-", new NodeView("web-1", now, before with { At = 4 * clock.TimestampFrequency }, clock).Row()[1]);
        Assert.Equal("down", new NodeView("web-1", now, null, clock).Row()[1]);
    }

    [Fact]
    public async Task Nodes_are_shown_beside_each_other_and_one_that_is_down_is_seen()
    {
        var requests = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        await using var node = builder.Build();
        node.MapGet("/metrics", (HttpRequest request) => request.Headers.Authorization == "Bearer sesame"
            ? Results.Text($"gatehouse_token_requests_total{{gatehouse_outcome=\"issued\"}} {Interlocked.Add(ref requests, 1000)}\n") : Results.StatusCode(401));
        await node.StartAsync(TestContext.Current.CancellationToken);
        var url = node.Urls.First();

        var run = (await ToolRun.WithInputAsync("sesame\n", "top", "--metrics", url, "--metrics", "http://127.0.0.1:1", "--token", "-", "--interval", "1", "--looks", "1")).Succeeded();
        Assert.Contains(new Uri(url).Authority, run.Output, StringComparison.Ordinal);
        Assert.Contains("down", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", run.Output + run.Error, StringComparison.Ordinal);

        var stranger = await ToolRun.RunAsync("top", "--metrics", url, "--interval", "1", "--looks", "1");
        Assert.NotEqual(0, stranger.ExitCode);
        Assert.Contains("--token", stranger.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--metrics must", "--metrics", "here")]
    [InlineData("--interval must", "--metrics", "http://127.0.0.1:1", "--interval", "0")]
    public async Task What_cannot_be_shown_is_refused(string message, params string[] args) => (await ToolRun.RunAsync(["top", .. args])).Refused(2, message.Split(' ')[0]);
}
