using Gatehouse.Testing;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Cli.Tests;

public sealed class DatabaseCommandTests
{
    [Fact]
    public async Task Migrate_brings_it_up_to_date_once_and_status_says_so()
    {
        await using var app = new AppFolder();
        var before = await app.RunAsync("database", "status", "--json");
        Assert.Equal(1, before.ExitCode);
        Assert.NotEqual(0, before.Json.GetProperty("pending").GetArrayLength());

        Assert.NotEqual(0, (await app.RunAsync("database", "migrate", "--json")).Succeeded().Json.GetProperty("applied").GetArrayLength());
        Assert.Equal(0, (await app.RunAsync("database", "migrate", "--json")).Succeeded().Json.GetProperty("applied").GetArrayLength());

        var after = (await app.RunAsync("database", "status", "--json")).Succeeded().Json;
        Assert.True(after.GetProperty("current").GetBoolean());
        Assert.Equal(("sqlite", app.Database), (after.GetProperty("provider").GetString(), after.GetProperty("database").GetString()));
    }

    [Fact]
    public async Task A_database_from_which_a_newer_version_took_something_is_left_alone()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        await using (var connection = new SqliteConnection($"Data Source={app.Database}"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            var command = connection.CreateCommand();
            command.CommandText = """INSERT INTO gatehouse_migrations VALUES ('20991231000000_Future_Needs98', '99.0.0')""";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        (await app.RunAsync("clients", "create", "--grant", "password")).Refused(3, "newer than this build", "20991231000000_Future_Needs98");
        (await app.RunAsync("database", "migrate")).Refused(3, "newer than this build");
        var status = await app.RunAsync("database", "status", "--json");
        Assert.Equal(1, status.ExitCode);
        Assert.Equal("20991231000000_Future_Needs98", Assert.Single(status.Json.GetProperty("unknown").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Tables_in_a_context_of_the_app_are_used_and_left_to_the_app()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        // What AddEntityFrameworkStores leaves: our tables, and no history of ours.
        await PyramidSeed.ExecuteAsync(app.Database, "DROP TABLE gatehouse_migrations");

        (await app.RunAsync("clients", "create", "--client-id", "demo", "--grant", "password")).Succeeded();
        (await app.RunAsync("clients", "show", "demo")).Succeeded();
        Assert.True((await app.RunAsync("database", "status", "--json")).Succeeded().Json.GetProperty("in_app_context").GetBoolean());
        (await app.RunAsync("database", "migrate")).Refused(1, "dotnet ef database update");
        (await app.RunAsync("doctor", "--json")).Succeeded();
    }

    [Fact]
    public async Task Ctrl_C_is_no_failure_of_ours()
    {
        await using var app = new AppFolder();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        using var error = new StringWriter();

        Assert.Equal(130, await Tool.RunAsync(["database", "migrate", "--config", app.Path], TextWriter.Null, error, TextReader.Null, stopped.Token));
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_an_outage()
    {
        await using var app = new AppFolder();
        app.Write("gatehouse.db", new string('x', 4096));

        (await app.RunAsync("clients", "list")).Refused(3, "not a database");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_an_outage_and_keeps_the_password()
    {
        await using var app = new AppFolder();

        var run = await app.RunAsync("clients", "list", "--connection", "Host=127.0.0.1;Port=1;Username=x;Password=hunter2;Database=x;Timeout=2");

        run.Refused(3, "error: ");
        Assert.DoesNotContain("hunter2", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSQL_does_all_of_it()
    {
        await using var app = new AppFolder();
        var cluster = await PostgresCluster.SharedAsync();
        var connection = await cluster.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        string[] at = ["--provider", "postgresql", "--connection", connection, "--json"];

        var created = (await ToolRun.RunAsync(["clients", "create", "--client-id", "demo", "--grant", "password", .. at])).Succeeded();
        Assert.StartsWith("gts_", created.Json.GetProperty("client_secret").GetString(), StringComparison.Ordinal);
        (await ToolRun.RunAsync(["clients", "create", "--client-id", "demo", "--grant", "password", .. at])).Refused(1, "already");
        (await ToolRun.RunAsync(["clients", "update", "demo", "--name", "Renamed", .. at])).Succeeded();
        (await ToolRun.RunAsync(["clients", "add-secret", "demo", .. at])).Succeeded();
        var shown = (await ToolRun.RunAsync(["clients", "show", "demo", .. at])).Succeeded().Json;
        Assert.Equal(("Renamed", 2), (shown.GetProperty("client_name").GetString(), shown.GetProperty("secrets").GetArrayLength()));
        Assert.Equal("postgresql", (await ToolRun.RunAsync(["database", "status", .. at])).Succeeded().Json.GetProperty("provider").GetString());
        Assert.Equal(0, (await ToolRun.RunAsync(["tokens", "revoke", "--user", "1", .. at])).Succeeded().Json.GetProperty("authorizations_ended").GetInt32());
        var checks = (await ToolRun.RunAsync(["doctor", "--config", app.Path, .. at])).Succeeded().Json.GetProperty("checks").EnumerateArray();
        Assert.Contains(checks, check => check.GetProperty("name").GetString() == "database clock" && check.GetProperty("detail").GetString()!.Contains("this machine", StringComparison.Ordinal));
        (await ToolRun.RunAsync(["clients", "delete", "demo", .. at])).Succeeded();
        Assert.Equal(0, (await ToolRun.RunAsync(["clients", "list", .. at])).Succeeded().Json.GetArrayLength());
    }
}
