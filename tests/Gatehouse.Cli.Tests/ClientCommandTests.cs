using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Cli.Tests;

public sealed class ClientCommandTests
{
    private static readonly string[] PasswordClient = ["clients", "create", "--name", "Demo", "--grant", "password", "--grant", "refresh_token", "--scope", "notes.read notes.write", "--json"];

    [Fact]
    public async Task Create_makes_the_database_and_prints_nothing_but_JSON()
    {
        await using var app = new AppFolder();

        var run = (await app.RunAsync(PasswordClient)).Succeeded();

        Assert.Equal("Demo", run.Json.GetProperty("client_name").GetString());
        Assert.Equal(["password", "refresh_token"], run.Json.GetProperty("grant_types").EnumerateArray().Select(grant => grant.GetString()));
        Assert.Equal("notes.read notes.write", run.Json.GetProperty("scope").GetString());
        Assert.Equal(["client_id", "client_secret", "client_secret_expires_at"], run.Json.EnumerateObject().Take(3).Select(member => member.Name));
        Assert.Contains("Brought the database", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(app.Database));
    }

    [Fact]
    [Trait("SR", "SR-069")]
    public async Task A_secret_is_printed_once_and_stored_as_a_hash()
    {
        await using var app = new AppFolder();
        var created = (await app.RunAsync(PasswordClient)).Json;
        var (id, secret) = (created.GetProperty("client_id").GetString()!, created.GetProperty("client_secret").GetString()!);

        var shown = (await app.RunAsync("clients", "show", id, "--json")).Succeeded().Output + (await app.RunAsync("clients", "list", "--json")).Succeeded().Output;

        Assert.StartsWith("gts_", secret, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), Assert.Single((await app.FindClientAsync(id)).Secrets).Hash.ToArray());
        Assert.DoesNotContain(secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(app.Database, TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_takes_JSON_or_text_for_any_member()
    {
        await using var app = new AppFolder();

        var json = (await app.RunAsync("clients", "create", "--client-id", "demo", "--grant", "client_credentials", "--set", "require_consent=false",
            "--set", "client_uri=https://app.example", "--set", """contacts=["a@b.example"]""", "--set", "software_id=4=2", "--set", "house_colour=x", "--json")).Succeeded().Json;

        Assert.False(json.GetProperty("require_consent").GetBoolean());
        Assert.Equal("https://app.example", json.GetProperty("client_uri").GetString());
        Assert.Equal("a@b.example", Assert.Single(json.GetProperty("contacts").EnumerateArray()).GetString());
        Assert.Equal("4=2", json.GetProperty("software_id").GetString());
        Assert.Equal("x", json.GetProperty("house_colour").GetString());
        var client = await app.FindClientAsync("demo");
        Assert.Equal(("https://app.example", "4=2", "a@b.example"), (client.ClientUri, client.SoftwareId, Assert.Single(client.Contacts)));
        Assert.Equal(["house_colour"], client.Other!.Keys);
    }

    [Fact]
    public async Task A_public_client_gets_no_secret()
    {
        await using var app = new AppFolder();

        var json = (await app.RunAsync("clients", "create", "--public", "--native", "--grant", "password", "--json")).Succeeded().Json;

        Assert.False(json.TryGetProperty("client_secret", out _));
        Assert.Equal(("none", "native"), (json.GetProperty("token_endpoint_auth_method").GetString(), json.GetProperty("application_type").GetString()));
    }

    [Theory]
    [InlineData("invalid_client_metadata: grant_types: 'implicit' is not supported", "--grant", "implicit")]
    [InlineData("invalid_client_metadata: grant_types: client_credentials is for confidential clients", "--grant", "client_credentials", "--public")]
    [InlineData("invalid_redirect_uri: redirect_uris: 'http://app.example/cb' uses http; use https", "--grant", "password", "--redirect-uri", "http://app.example/cb")]
    [InlineData("invalid_client_metadata: require_pkce", "--grant", "password", "--public", "--set", "require_pkce=false")]
    [InlineData("invalid_client_metadata: client_name must be a string", "--grant", "password", "--set", "client_name=1")]
    public async Task What_is_against_a_rule_is_refused_with_the_fix(string message, params string[] args)
    {
        await using var app = new AppFolder();

        (await app.RunAsync(["clients", "create", .. args])).Refused(1, message);
        Assert.Equal(JsonValueKind.Array, (await app.RunAsync("clients", "list", "--json")).Json.ValueKind);
        Assert.Equal(0, (await app.RunAsync("clients", "list", "--json")).Json.GetArrayLength());
    }

    [Theory]
    [InlineData("Unrecognized command or argument '--grnt'", "clients", "create", "--grnt", "password")]
    [InlineData("is not of the form key=value", "clients", "create", "--set", "x")]
    [InlineData("client_secret: this member is given by the server", "clients", "create", "--set", "client_secret=mine")]
    [InlineData("--public means --auth-method none", "clients", "create", "--public", "--auth-method", "client_secret_post")]
    [InlineData("--expires 'soon' is neither", "clients", "create", "--grant", "password", "--expires", "soon")]
    [InlineData("--expires '2001-01-01' is neither", "clients", "create", "--grant", "password", "--expires", "2001-01-01")]
    [InlineData("Required command was not provided", "clients")]
    [InlineData("Required argument missing", "clients", "show")]
    [InlineData("The provider 'oracle' is unknown", "clients", "list", "--provider", "oracle")]
    public async Task A_wrong_command_line_is_a_usage_error(string message, params string[] args)
    {
        await using var app = new AppFolder();

        (await app.RunAsync(args)).Refused(2, message);
    }

    [Fact]
    public async Task An_id_is_taken_once()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("clients", "create", "--client-id", "demo", "--grant", "password")).Succeeded();

        (await app.RunAsync("clients", "create", "--client-id", "demo", "--grant", "password")).Refused(1, "There is a client 'demo' already");
    }

    [Fact]
    public async Task Update_changes_what_is_named_and_keeps_the_rest()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("clients", "create", "--client-id", "demo", "--name", "Demo", "--grant", "password", "--scope", "a b", "--set", "software_id=x")).Succeeded();
        var before = await app.FindClientAsync("demo");

        (await app.RunAsync("clients", "update", "demo", "--grant", "password", "--grant", "refresh_token", "--unset", "software_id", "--disable")).Succeeded();

        var after = await app.FindClientAsync("demo");
        Assert.Equal(["password", "refresh_token"], after.GrantTypes);
        Assert.Equal(("Demo", "a b", false), (after.Name, after.Scope, after.Enabled));
        Assert.Equal(("x", null), (before.SoftwareId, after.SoftwareId));
        Assert.Equal(before.CreatedAt, after.CreatedAt);
        Assert.Equal(before.Secrets.Select(secret => secret.Id), after.Secrets.Select(secret => secret.Id));
        (await app.RunAsync("clients", "update", "demo", "--enable")).Succeeded();
        Assert.True((await app.FindClientAsync("demo")).Enabled);
    }

    [Fact]
    public async Task Update_is_held_to_the_same_rules()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("clients", "create", "--client-id", "demo", "--grant", "client_credentials")).Succeeded();

        (await app.RunAsync("clients", "update", "demo", "--public")).Refused(1, "client_credentials is for confidential clients");
        Assert.False((await app.FindClientAsync("demo")).IsPublic);
    }

    [Fact]
    public async Task A_client_that_turns_public_loses_its_secrets_and_one_that_turns_confidential_gets_one()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("clients", "create", "--client-id", "demo", "--grant", "password")).Succeeded();

        (await app.RunAsync("clients", "update", "demo", "--public")).Succeeded();
        Assert.Empty((await app.FindClientAsync("demo")).Secrets);

        var json = (await app.RunAsync("clients", "update", "demo", "--auth-method", "client_secret_post", "--json")).Succeeded().Json;
        Assert.StartsWith("gts_", json.GetProperty("client_secret").GetString(), StringComparison.Ordinal);
        Assert.Single((await app.FindClientAsync("demo")).Secrets);
    }

    [Fact]
    public async Task Secrets_are_added_and_removed_beside_each_other()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("clients", "create", "--client-id", "demo", "--grant", "password", "--expires", "30d")).Succeeded();
        var first = Assert.Single((await app.FindClientAsync("demo")).Secrets);

        var added = (await app.RunAsync("clients", "add-secret", "demo", "--expires", "2091-12-31", "--json")).Succeeded().Json;
        Assert.Equal(2, (await app.FindClientAsync("demo")).Secrets.Count);
        Assert.Equal(new DateTimeOffset(2091, 12, 31, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), added.GetProperty("client_secret_expires_at").GetInt64());
        Assert.Equal(30, Math.Round((first.ExpiresAt!.Value - first.CreatedAt).TotalDays));

        (await app.RunAsync("clients", "remove-secret", "demo", first.Id)).Succeeded();
        Assert.Equal(added.GetProperty("secret_id").GetString(), Assert.Single((await app.FindClientAsync("demo")).Secrets).Id);
        (await app.RunAsync("clients", "remove-secret", "demo", first.Id)).Refused(1, $"has no secret '{first.Id}'");
        Assert.Contains("cannot authenticate", (await app.RunAsync("clients", "remove-secret", "demo", added.GetProperty("secret_id").GetString()!)).Succeeded().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_client_is_given_no_secret()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("clients", "create", "--client-id", "demo", "--public", "--grant", "password")).Succeeded();

        (await app.RunAsync("clients", "add-secret", "demo")).Refused(1, "is public and has no secrets");
    }

    [Fact]
    [Trait("SR", "SR-082")]
    public async Task A_deleted_client_takes_its_authorizations_along()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("clients", "create", "--client-id", "demo", "--grant", "password")).Succeeded();
        var family = await app.AuthorizeAsync("demo", "1");

        Assert.Equal(1, (await app.RunAsync("clients", "delete", "demo", "--json")).Succeeded().Json.GetProperty("authorizations_ended").GetInt32());

        Assert.True(await app.IsRevokedAsync(family));
        (await app.RunAsync("clients", "show", "demo")).Refused(1, "There is no client 'demo'");
        (await app.RunAsync("clients", "delete", "demo")).Refused(1, "There is no client 'demo'");
    }

    [Fact]
    public async Task Listing_goes_on_past_a_page()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        var store = app.Get<Gatehouse.Clients.IClientStore>();
        for (var i = 0; i < 501; i++) await store.TryCreateAsync(new() { Id = $"c{i:000}", GrantTypes = ["password"] }, TestContext.Current.CancellationToken);

        Assert.Equal(501, (await app.RunAsync("clients", "list", "--json")).Succeeded().Json.EnumerateArray().Select(client => client.GetProperty("client_id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task People_get_tables_that_a_stored_escape_sequence_cannot_break()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();
        await app.Get<Gatehouse.Clients.IClientStore>().TryCreateAsync(new() { Id = "demo", Name = "[red]De\u001b[2Jmo", GrantTypes = ["password"] }, TestContext.Current.CancellationToken);

        var output = (await app.RunAsync("clients", "list")).Succeeded().Output + (await app.RunAsync("clients", "show", "demo")).Succeeded().Output;

        Assert.Contains("[red]De?[2Jmo", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }
}
