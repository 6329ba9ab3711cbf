using System.Text.Json;
using Gatehouse.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace Gatehouse.Cli.Tests;

public sealed class DoctorTests
{
    private const string Development = """{ "ConnectionStrings": { "Gatehouse": "Data Source=gatehouse.db" } }""";

    private static readonly string[] Alice = ["--username", "alice", "--password", "wonder land+&"];

    [Fact]
    public async Task A_healthy_app_passes_and_a_guest_plays_the_whole_round_trip()
    {
        await using var app = new AppFolder(Development);
        await using var server = await RunningApp.StartAsync(app);

        var run = await app.RunAsync(["doctor", "--environment", "Development", "--server", server.Url, .. Alice, "--api", server.Url + "/api/me", "--json"]);

        run.Succeeded();
        Assert.True(run.Json.GetProperty("ok").GetBoolean());
        foreach (var name in new[] { "configuration", "options", "database", "migrations", "clients", "server", "server clock", "issuer", "https", "proxy headers", "sign-in", "refresh", "api", "sign-out" })
            Assert.Equal("ok", Find(run, name).GetProperty("status").GetString());
        Assert.Empty((await app.RunAsync("clients", "list", "--json")).Json.EnumerateArray());
    }

    [Fact]
    public async Task A_client_of_ones_own_can_be_played_without_the_database()
    {
        await using var app = new AppFolder(Development);
        await using var elsewhere = new AppFolder("{}");
        File.Delete(Path.Combine(elsewhere.Path, "appsettings.json"));
        await using var server = await RunningApp.StartAsync(app);
        var created = (await app.RunAsync("clients", "create", "--grant", "password", "--grant", "refresh_token", "--scope", "notes.read", "--json")).Json;
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        string[] client = ["--client-id", created.GetProperty("client_id").GetString()!, "--client-secret", "-"];

        var run = await ToolRun.WithInputAsync(created.GetProperty("client_secret").GetString() + "\n",
            ["doctor", "--config", elsewhere.Path, "--server", server.Url, .. client, .. Alice, "--scope", "notes.read", "--api", server.Url + "/api/notes", "--json"]);

        run.Succeeded();
        Assert.Equal("ok", Find(run, "sign-out").GetProperty("status").GetString());
        Assert.DoesNotContain(run.Json.GetProperty("checks").EnumerateArray(), check => check.GetProperty("name").GetString() is "database" or "options");
    }

    [Fact]
    public async Task What_goes_wrong_in_the_round_trip_is_named_with_its_fix_and_leaves_nothing_behind()
    {
        await using var app = new AppFolder(Development);
        await using var server = await RunningApp.StartAsync(app);
        string[] args = ["doctor", "--environment", "Development", "--server", server.Url, "--json"];

        var wrong = await app.RunAsync([.. args, "--username", "alice", "--password", "hunter2"]);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("invalid_grant", Find(wrong, "sign-in").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("password is wrong", Find(wrong, "sign-in").GetProperty("fix").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", wrong.Output, StringComparison.Ordinal);

        var noScope = await app.RunAsync([.. args, .. Alice, "--api", server.Url + "/api/notes"]);
        Assert.Equal("fail", Find(noScope, "api").GetProperty("status").GetString());
        Assert.Contains("--scope", Find(noScope, "api").GetProperty("fix").GetString(), StringComparison.Ordinal);

        (await app.RunAsync("clients", "create", "--client-id", "machine", "--grant", "client_credentials")).Succeeded();
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var wrongClient = await app.RunAsync([.. args, .. Alice, "--client-id", "machine", "--client-secret", "guess"]);
        Assert.Contains("invalid_client", Find(wrongClient, "sign-in").GetProperty("detail").GetString(), StringComparison.Ordinal);

        Assert.Equal("machine", Assert.Single((await app.RunAsync("clients", "list", "--json")).Json.EnumerateArray()).GetProperty("client_id").GetString());
    }

    [Fact]
    public async Task A_sign_out_that_ends_nothing_is_found()
    {
        await using var app = new AppFolder(Development);
        // As a proxy that answers in the app's stead.
        await using var server = await RunningApp.StartAsync(app, pipeline: pipeline => pipeline.Use((http, next) =>
            http.Request.Path == "/oauth2/revoke" ? Task.CompletedTask : next(http)));

        var run = await app.RunAsync(["doctor", "--environment", "Development", "--server", server.Url, .. Alice, "--json"]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("instead of invalid_grant", Find(run, "sign-out").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("gtr_", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_user_the_round_trip_is_left_out_and_says_so()
    {
        await using var app = new AppFolder(Development);
        await using var server = await RunningApp.StartAsync(app);

        var run = (await app.RunAsync("doctor", "--environment", "Development", "--server", server.Url, "--json")).Succeeded();

        Assert.Equal("warn", Find(run, "round trip").GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_app_that_runs_with_plain_http_on_loopback_and_no_issuer_in_its_configuration_is_valid()
    {
        await using var app = new AppFolder(Development);
        await using var server = await RunningApp.StartAsync(app);

        var run = (await app.RunAsync("doctor", "--environment", "Production", "--server", server.Url, "--json")).Succeeded();

        Assert.Equal("ok", Find(run, "options").GetProperty("status").GetString());
    }

    [Theory]
    [Trait("SR", "SR-244")]
    [InlineData(false, "https is required")]
    [InlineData(true, "KnownProxies")]
    public async Task A_server_that_demands_https_is_told_apart(bool forwarded, string detail)
    {
        await using var app = new AppFolder(Development);
        await using var server = await RunningApp.StartAsync(app, options => options.RequireHttps = true,
            pipeline => pipeline.Use((http, next) =>
            {
                // What a proxy in front adds, and the app does not believe.
                if (forwarded) http.Request.Headers["X-Forwarded-Proto"] = "https";
                return next(http);
            }));

        var run = await app.RunAsync("doctor", "--environment", "Development", "--server", server.Url, "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(detail, Find(run, "https").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("RequireHttps", Find(run, "https").GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-240")]
    public async Task A_server_that_lets_callers_name_it_fails()
    {
        await using var app = new AppFolder(Development);
        await using var server = await RunningApp.StartAsync(app, pipeline: pipeline => pipeline.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedHost }));

        var run = await app.RunAsync("doctor", "--environment", "Development", "--server", server.Url, "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("fail", Find(run, "proxy headers").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_says_it_is_another_fails()
    {
        await using var app = new AppFolder();
        await using var server = await RunningApp.StartAsync(app);

        var other = await app.RunAsync("doctor", "--server", server.Url, "--json");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("Gatehouse:Issuer is https://app.example", Find(other, "issuer").GetProperty("detail").GetString(), StringComparison.Ordinal);

        var absent = await app.RunAsync("doctor", "--server", "http://127.0.0.1:1", "--json");
        Assert.Equal(1, absent.ExitCode);
        Assert.Equal("fail", Find(absent, "server").GetProperty("status").GetString());

        var plain = await app.RunAsync("doctor", "--server", server.Url.Replace("http:", "https:", StringComparison.Ordinal), "--json");
        Assert.Contains("https could not be set up: ", Find(plain, "server").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", plain.Output, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE", Find(plain, "server").GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Gatehouse": { "AuthorizationCodeLifetime": "01:00:00", "Issuer": "https://app.example" } }""", "options", "fail", "Gatehouse:AuthorizationCodeLifetime")]
    [InlineData("""{ "Gatehouse": { "Issuer": "https://app.example/" } }""", "options", "fail", "trailing slash")]
    [InlineData("""{ "Gatehouse": { } }""", "options", "fail", "Gatehouse:Issuer is not set")]
    [InlineData("""{ "Gatehouse": { "RequireHttps": "perhaps", "Issuer": "https://app.example" } }""", "options", "fail", "RequireHttps")]
    [InlineData("""{ "Gatehouse": { "RequireHttps": false, "Issuer": "https://app.example" } }""", "https", "warn", "in clear")]
    [InlineData("""{ "ASPNETCORE_FORWARDEDHEADERS_ENABLED": "true", "Gatehouse": { "Issuer": "https://app.example" } }""", "proxy headers", "warn", "every caller")]
    [InlineData("""{ "Gatehouse": { "Issuer": "https://app.example" } }""", "database", "fail", "There is no ConnectionStrings:Gatehouse")]
    [InlineData("""{ "ConnectionStrings": { "Gatehouse": "Host=127.0.0.1;Port=1;Timeout=2;Password=hunter2" } }""", "database", "fail", "cannot be used")]
    [InlineData("""{ "ConnectionStrings": { "Gatehouse": "Data Source=new.db" } }""", "migrations", "fail", "missing")]
    public async Task Each_fault_of_the_configuration_is_found(string settings, string name, string status, string detail)
    {
        await using var app = new AppFolder(settings);

        var run = await app.RunAsync("doctor", "--environment", "Production", "--json");

        var check = Find(run, name);
        Assert.Equal(status, check.GetProperty("status").GetString());
        Assert.Contains(detail, check.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(check.GetProperty("fix").GetString()));
        Assert.DoesNotContain("hunter2", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("SR", "SR-005")]
    public async Task Clients_that_break_a_rule_are_found()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        var store = app.Get<IClientStore>();
        var expired = new ClientSecret("old", "sha256", new byte[32], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        await store.TryCreateAsync(new() { Id = "http", GrantTypes = ["password"], RedirectUris = ["http://app.example/cb"] }, TestContext.Current.CancellationToken);
        await store.TryCreateAsync(new() { Id = "late", GrantTypes = ["password"], RequirePkce = false, Secrets = [expired] }, TestContext.Current.CancellationToken);

        var run = await app.RunAsync("doctor", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("uses http", Find(run, "client http").GetProperty("detail").GetString(), StringComparison.Ordinal);
        var late = run.Json.GetProperty("checks").EnumerateArray().Where(check => check.GetProperty("name").GetString() == "client late").Select(check => check.GetProperty("detail").GetString());
        Assert.Equal(["all of its secrets have expired", "may go without PKCE (require_pkce is false)"], late);
        Assert.Contains("fail  client http:", (await app.RunAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--server", "app.example")]
    [InlineData("--server", "ftp://app.example")]
    [InlineData("--username", "alice")]
    public async Task Half_of_what_it_needs_is_a_usage_error(params string[] args)
    {
        await using var app = new AppFolder();

        (await app.RunAsync(["doctor", .. args])).Refused(2, "--");
    }

    private static JsonElement Find(ToolRun run, string name) =>
        run.Json.GetProperty("checks").EnumerateArray().FirstOrDefault(check => check.GetProperty("name").GetString() == name) is { ValueKind: JsonValueKind.Object } check
            ? check
            : throw new InvalidOperationException($"no check '{name}' in\n{run.Output}\n{run.Error}");
}
