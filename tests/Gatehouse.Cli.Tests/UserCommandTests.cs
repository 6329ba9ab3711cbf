using Gatehouse.Storage;

namespace Gatehouse.Cli.Tests;

public sealed class UserCommandTests
{
    private const string Password = "a garden of wonders";

    private static async Task<string> CreateAsync(AppFolder app, string name, params string[] options) =>
        (await app.RunAsync(["users", "create", name, "--password", Password, "--json", .. options])).Succeeded().Json.GetProperty("sub").GetString()!;

    [Fact]
    public async Task A_user_is_made_once_and_listed()
    {
        await using var app = new AppFolder();
        var subject = await CreateAsync(app, "alice", "--email", "alice@app.example", "--email-verified", "--administrator");
        Assert.Equal(7, Guid.Parse(subject).Version);
        (await app.RunAsync("users", "create", "ALICE", "--password", Password)).Refused(1, "There is a user 'ALICE' already");

        var alice = Assert.Single((await app.RunAsync("users", "list", "--json")).Succeeded().Json.EnumerateArray());
        Assert.Equal(("alice", subject, true), (alice.GetProperty("username").GetString(), alice.GetProperty("sub").GetString(), alice.GetProperty("email_verified").GetBoolean()));
        var text = (await app.RunAsync("users", "list")).Succeeded().Output;
        Assert.Contains("alice@app.example", text, StringComparison.Ordinal);
        Assert.DoesNotContain("AQAAAA", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("al ice", Password)]
    [InlineData("alice", "short")]
    [InlineData("а-in-cyrillic", Password)]
    public async Task A_user_against_the_rules_is_refused(string name, string password)
    {
        await using var app = new AppFolder();
        (await app.RunAsync("users", "create", name, "--password", password)).Refused(1);
        Assert.Empty((await app.RunAsync("users", "list", "--json")).Succeeded().Json.EnumerateArray());
    }

    [Theory]
    [Trait("SR", "SR-082")]
    [InlineData("disable")]
    [InlineData("delete")]
    [InlineData("set-password")]
    public async Task What_takes_a_user_away_ends_all_that_they_hold(string verb)
    {
        await using var app = new AppFolder();
        var subject = await CreateAsync(app, "alice");
        var family = await app.AuthorizeAsync("web", subject);
        string[] line = verb == "set-password" ? ["users", verb, "alice", "--password", "another one of them"] : ["users", verb, "alice"];

        (await app.RunAsync(line)).Succeeded();
        Assert.True(await app.IsRevokedAsync(family));
    }

    [Fact]
    public async Task A_file_of_users_can_be_imported_again_and_again()
    {
        await using var app = new AppFolder();
        app.Write("users.json", """
            [
              { "username": "alice", "sub": "248289761001", "password": "a garden of wonders", "email": "a@app.example", "address": { "country": "NZ" } },
              { "username": "bob", "disabled": true }
            ]
            """);
        string[] import = ["users", "import", Path.Combine(app.Path, "users.json"), "--json"];
        string[] Results(ToolRun run) => [.. run.Json.EnumerateArray().Select(user => user.GetProperty("result").GetString()!)];
        Assert.Equal(["created", "created"], Results((await app.RunAsync(import)).Succeeded()));
        Assert.Equal(["unchanged", "unchanged"], Results((await app.RunAsync(import)).Succeeded()));

        app.Write("users.json", """[{ "username": "alice", "email": "b@app.example" }, { "username": "bob", "sub": "another" }]""");
        var again = await app.RunAsync(import);
        Assert.Equal(1, again.ExitCode);
        Assert.Equal(["updated", "refused"], Results(again));
        Assert.Contains("cannot change", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{ "username": "alice", "giben_name": "Alice" }]""")]
    [InlineData("""{ "username": "alice" }""")]
    [InlineData("not JSON")]
    public async Task A_file_with_a_mistake_changes_nothing(string json)
    {
        await using var app = new AppFolder();
        app.Write("users.json", json);
        (await app.RunAsync("users", "import", Path.Combine(app.Path, "users.json"))).Refused(2, "users.json");
    }

    [Fact]
    public async Task An_app_with_users_of_its_own_is_told_so()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        (await app.RunAsync("users", "list")).Refused(1, "only the standalone server keeps users");
    }

    [Fact]
    public async Task Declared_clients_are_listed_as_such_and_changed_where_they_are_declared()
    {
        await using var app = new AppFolder("""
            {
              "ConnectionStrings": { "Gatehouse": "Data Source=gatehouse.db" },
              "Gatehouse": {
                "Issuer": "https://app.example",
                "Clients": [{ "client_id": "declared", "client_secret": "of the file", "redirect_uris": ["https://rp.example/cb"] }]
              }
            }
            """);
        (await app.RunAsync("clients", "create", "--client-id", "stored", "--redirect-uri", "https://rp.example/cb")).Succeeded();
        var clients = (await app.RunAsync("clients", "list", "--json")).Succeeded();
        Assert.Equal(["declared configuration", "stored database"],
            clients.Json.EnumerateArray().Select(client => $"{client.GetProperty("client_id")} {client.GetProperty("source")}"));
        Assert.DoesNotContain("of the file", clients.Output, StringComparison.Ordinal);
        (await app.RunAsync("clients", "show", "declared")).Succeeded();
        (await app.RunAsync("clients", "delete", "declared")).Refused(1, "is declared in the app's configuration");
    }
}
