using System.Text.Json;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Cli.Tests;

/// <summary>What the doctor finds in a cluster.</summary>
public sealed class ClusterDoctorTests
{
    private const string Issuer = "http://localhost";

    private static readonly string[] Alice = ["--username", "alice", "--password", "wonder land+&"];

    [Fact]
    public async Task A_healthy_cluster_passes_and_each_step_of_the_round_trip_is_another_nodes()
    {
        await using var app = Folder();
        var (one, other) = (0, 0);
        await using var first = await StartAsync(app, () => one++);
        await using var second = await StartAsync(app, () => other++);

        var run = (await app.RunAsync(["doctor", "--node", first.Url, "--node", second.Url, .. Alice, "--json"])).Succeeded();

        foreach (var name in new[] { $"node {first.Url}", $"node {second.Url}", "node clocks", "node keys", "sign-in", "refresh", "sign-out" }) Assert.Equal("ok", Find(run, name).GetProperty("status").GetString());
        // Sign-in here, refresh there, sign-out here, and there it is known.
        Assert.Equal((2, 2), (one, other));
    }

    [Fact]
    public async Task Nodes_that_do_not_share_a_database_are_found()
    {
        await using var app = Folder();
        await using var elsewhere = Folder();
        await using var first = await StartAsync(app);
        await using var second = await StartAsync(elsewhere);
        // Each has made a key of its own by then.
        await first.SignInAsync("nobody", "x");

        var run = await app.RunAsync(["doctor", "--node", first.Url, "--node", second.Url, .. Alice, "--json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("fail", Find(run, "node keys").GetProperty("status").GetString());
        Assert.Contains("same database", Find(run, "node keys").GetProperty("fix").GetString(), StringComparison.Ordinal);
        Assert.Equal("fail", Find(run, "refresh").GetProperty("status").GetString());
        Assert.Contains("same database", Find(run, "refresh").GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_are_away_not_ready_or_somebody_else_are_found()
    {
        await using var app = Folder();
        await using var good = await StartAsync(app);
        await using var unready = await StartAsync(app, pipeline: pipeline => pipeline.Use((http, next) =>
        {
            if (http.Request.Path != "/health/ready") return next(http);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        }));
        await using var other = await RunningApp.StartAsync(app, options => (options.Issuer, options.RequireHttps) = ("http://other.example", false));

        var run = await app.RunAsync("doctor", "--node", good.Url, "--node", unready.Url, "--node", other.Url, "--node", "http://127.0.0.1:1", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("ok", Find(run, $"node {good.Url}").GetProperty("status").GetString());
        Assert.Contains("not ready", Find(run, $"node {unready.Url}").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("other.example", Find(run, $"node {other.Url}").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("fail", Find(run, "node http://127.0.0.1:1").GetProperty("status").GetString());
    }

    [Fact]
    public async Task PostgreSql_is_looked_at_for_what_wakes_people_at_night()
    {
        var connection = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var app = new AppFolder(JsonSerializer.Serialize(new { ConnectionStrings = new { Gatehouse = connection }, Gatehouse = new { Issuer = "https://app.example" } }));
        (await app.RunAsync("database", "migrate")).Succeeded();
        var healthy = (await app.RunAsync("doctor", "--json")).Succeeded();
        foreach (var name in new[] { "durability", "standbys", "connections", "clean-up", "transactions" }) Assert.Equal("ok", Find(healthy, name).GetProperty("status").GetString());

        await using (var source = Npgsql.NpgsqlDataSource.Create(connection))
        await using (var command = source.CreateCommand("INSERT INTO gatehouse_artifacts VALUES ('old', 'access_token', gen_random_uuid(), 'a', NULL, '', '{}', 1, NULL, NULL); ALTER DATABASE " + new Npgsql.NpgsqlConnectionStringBuilder(connection).Database + " SET synchronous_commit = off"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Npgsql.NpgsqlConnection.ClearAllPools();
        var ill = await app.RunAsync("doctor", "--json");
        Assert.Equal("warn", Find(ill, "durability").GetProperty("status").GetString());
        Assert.Contains("No node sweeps", Find(ill, "clean-up").GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_url_is_refused()
    {
        await using var app = Folder();
        (await app.RunAsync("doctor", "--node", "here")).Refused(2, "--node 'here' must be an http or https URL");
    }

    private static AppFolder Folder() => new($$"""{ "ConnectionStrings": { "Gatehouse": "Data Source=gatehouse.db" }, "Gatehouse": { "Issuer": "{{Issuer}}", "RequireHttps": false } }""");

    private static Task<RunningApp> StartAsync(AppFolder folder, Action? onToken = null, Action<WebApplication>? pipeline = null) => RunningApp.StartAsync(
        folder, options => (options.Issuer, options.RequireHttps) = (Issuer, false), pipeline ?? (pipeline => pipeline.Use((http, next) =>
        {
            if (http.Request.Path.StartsWithSegments("/oauth2/token") || http.Request.Path.StartsWithSegments("/oauth2/revoke")) onToken?.Invoke();
            return next(http);
        })));

    private static JsonElement Find(ToolRun run, string name) => Assert.Single(run.Json.GetProperty("checks").EnumerateArray(), check => check.GetProperty("name").GetString() == name);
}
