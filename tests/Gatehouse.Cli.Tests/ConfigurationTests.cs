namespace Gatehouse.Cli.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task A_relative_database_is_where_the_app_has_it()
    {
        await using var app = new AppFolder("""{ "ConnectionStrings": { "Gatehouse": "Data Source=data/x.db" } }""");
        Directory.CreateDirectory(Path.Combine(app.Path, "data"));

        (await app.RunAsync("database", "migrate")).Succeeded();

        Assert.True(File.Exists(Path.Combine(app.Path, "data", "x.db")));
    }

    [Fact]
    public async Task The_file_of_the_environment_wins_over_the_common_one()
    {
        await using var app = new AppFolder();
        app.Write("appsettings.Staging.json", """{ "ConnectionStrings": { "Gatehouse": "Data Source=staging.db" } }""");

        (await app.RunAsync("database", "migrate", "--environment", "Staging")).Succeeded();

        Assert.True(File.Exists(Path.Combine(app.Path, "staging.db")));
        Assert.False(File.Exists(app.Database));
    }

    [Fact]
    public async Task A_file_can_be_named_instead_of_its_folder()
    {
        await using var app = new AppFolder();

        (await ToolRun.RunAsync("database", "migrate", "--config", Path.Combine(app.Path, "appsettings.json"))).Succeeded();

        Assert.True(File.Exists(app.Database));
    }

    [Fact]
    public async Task The_command_line_wins_over_the_app()
    {
        await using var app = new AppFolder();
        var other = Path.Combine(app.Path, "other.db");

        (await app.RunAsync("database", "migrate", "--provider", "sqlite", "--connection", $"Data Source={other}")).Succeeded();

        Assert.True(File.Exists(other));
        Assert.False(File.Exists(app.Database));
    }

    [Fact]
    public async Task Nothing_to_connect_to_says_where_it_was_looked_for()
    {
        await using var app = new AppFolder("{}");

        (await app.RunAsync("clients", "list")).Refused(2, "There is no ConnectionStrings:Gatehouse in", app.Path, "--connection");
    }

    [Theory]
    [InlineData("Data Source=:memory:", "in memory")]
    [InlineData("Data Source=x;Mode=Memory;Cache=Shared", "in memory")]
    [InlineData("Data Source=x;Nonsense=1", "The connection string is not valid")]
    [InlineData("nonsense", "The connection string is not valid")]
    public async Task A_database_that_cannot_be_opened_from_here_is_a_usage_error(string connection, string message)
    {
        await using var app = new AppFolder();

        (await app.RunAsync("clients", "list", "--connection", connection)).Refused(2, message);
    }

    [Fact]
    public async Task Broken_settings_are_a_usage_error()
    {
        await using var app = new AppFolder("{");

        (await app.RunAsync("clients", "list")).Refused(2, "appsettings.json");
        (await ToolRun.RunAsync("clients", "list", "--config", Path.Combine(app.Path, "nowhere"))).Refused(2, "there is no");
    }

    [Fact]
    public async Task A_client_can_be_registered_before_the_options_are_right()
    {
        await using var app = new AppFolder("""{ "ConnectionStrings": { "Gatehouse": "Data Source=gatehouse.db" }, "Gatehouse": { "RequireHttps": "perhaps" } }""");

        (await app.RunAsync("clients", "create", "--grant", "password")).Succeeded();
    }

    [Fact]
    public async Task Reading_makes_no_database()
    {
        await using var app = new AppFolder();

        (await app.RunAsync("clients", "list")).Refused(3, "There is no database", "gatehouse database migrate");
        Assert.Equal(1, (await app.RunAsync("database", "status")).ExitCode);
        Assert.False(File.Exists(app.Database));
    }
}
