using System.Net;
using System.Net.Http.Headers;
using Gatehouse.Server.Hosting;
using Gatehouse.Server.Telemetry;
using Gatehouse.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Server.Tests;

/// <summary>What leaves the server about itself: where to, and what never does.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class TelemetryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("SR", "SR-226")]
    public async Task A_collector_is_told_of_every_step_and_of_no_secret_and_no_user()
    {
        // On PostgreSQL the statements are told of as well.
        var database = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);
        await using var collector = await Collector.StartAsync();
        IReadOnlyList<string> secrets;
        await using (var server = await TelemetryApp.StartAsync(("ConnectionStrings:Gatehouse", database), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")))
            secrets = await server.SpendADayAsync();

        var (traces, metrics) = (collector.Of("/v1/traces"), collector.Of("/v1/metrics"));
        Assert.All(["POST /oauth2/token", "token decide", "token issue", "store redeem", "store start", "db.query.text", "gatehouse.client_id", "gatehouse.outcome", "replay"], name => Assert.Contains(name, traces + metrics, StringComparison.Ordinal));
        Assert.All(["gatehouse.token.requests", "http.server.request.duration", "dotnet.process.cpu.time"], name => Assert.Contains(name, metrics, StringComparison.Ordinal));
        Assert.DoesNotContain(secrets, secret => traces.Contains(secret, StringComparison.OrdinalIgnoreCase) || traces.Contains(Uri.EscapeDataString(secret), StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(secrets, secret => metrics.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Metrics_are_on_a_port_of_their_own_with_nothing_beside_them()
    {
        await using var server = await TelemetryApp.StartAsync();
        using var http = new HttpClient();

        var answer = await http.GetAsync(new Uri(server.MetricsAddress(), "metrics"), Ct);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("\ngatehouse_replays_total{gatehouse_grant_type=\"refresh_token\"} ", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(server.Url + "/metrics", Ct)).StatusCode);
        using var disguised = new HttpRequestMessage(HttpMethod.Get, server.Url + "/metrics") { Headers = { Host = server.MetricsAddress().Authority } };
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(disguised, Ct)).StatusCode);
        foreach (var elsewhere in new[] { "", "oauth2/token", "account", "health/live" })
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(server.MetricsAddress(), elsewhere), Ct)).StatusCode);
    }

    [Fact]
    public async Task With_a_token_only_whoever_shows_it_reads_metrics()
    {
        await using var server = await TelemetryApp.StartAsync(("Gatehouse:Metrics:Token", "a token for prometheus"));
        using var http = new HttpClient();
        async Task<HttpStatusCode> AskAsync(string? token)
        {
            http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            return (await http.GetAsync(new Uri(server.MetricsAddress(), "metrics"), Ct)).StatusCode;
        }
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("a token for somebody"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync("a token for prometheus"));
    }

    [Theory]
    [InlineData("http://0.0.0.0:9464", null, "can be reached from other machines")]
    [InlineData("http://10.1.2.3:9464", "", "can be reached from other machines")]
    [InlineData("http://[::]:9464", null, "can be reached from other machines")]
    [InlineData("http://127.0.0.1:9464", "short", "could be guessed")]
    [InlineData("https://127.0.0.1:9464", null, "is no address to listen on")]
    [InlineData("127.0.0.1:9464", null, "is no address to listen on")]
    [InlineData("http://127.0.0.1:9464/metrics", null, "is no address to listen on")]
    [InlineData("http://id.example:9464", null, "has a name for a host")]
    public void Metrics_are_never_open_to_strangers(string url, string? token, string problem) =>
        Assert.Contains(problem, Assert.Throws<SettingsException>(() => Read(("Gatehouse:Metrics:Url", url), ("Gatehouse:Metrics:Token", token))).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_on_until_somebody_says_where_to()
    {
        Assert.Equal(new(false, false, null, null), Read());
        Assert.Equal(new(true, true, null, null), Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")));
        Assert.Equal(new(true, false, null, null), Read(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4317")));
        Assert.Equal(new(false, false, new(IPAddress.Any, 9464), "0123456789abcdef"), Read(("Gatehouse:Metrics:Url", "http://0.0.0.0:9464"), ("Gatehouse:Metrics:Token", "0123456789abcdef")));
        Assert.Equal(new(false, false, new(IPAddress.Loopback, 9464), null), Read(("Gatehouse:Metrics:Url", "http://localhost:9464")));
    }

    [Fact]
    public async Task A_server_that_was_told_nothing_opens_no_port()
    {
        await using var server = await RunningServer.StartAsync();
        Assert.DoesNotContain(server.App.Services.GetServices<IHostedService>(), service => service is MetricsListener || service.GetType().FullName!.Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    private static TelemetrySettings Read(params (string Key, string? Value)[] settings) =>
        TelemetrySettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value)).Build());
}
