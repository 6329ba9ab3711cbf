using System.Net;
using System.Text;
using Gatehouse.Cli.Import;
using Gatehouse.ClientAuthentication;
using Gatehouse.Testing;
using Npgsql;

namespace Gatehouse.Cli.Tests;

public sealed class PyramidImportTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Clients_keep_their_ids_their_secrets_and_their_redirect_URIs()
    {
        await using var app = new AppFolder();
        var seed = await SeedAsync(app);

        (await app.RunAsync("import", "pyramid", "--database", seed, "--salt", PyramidSeed.Salt, "--scope", "notes.read")).Succeeded();

        var web = await app.FindClientAsync(PyramidSeed.WebId);
        Assert.True(ClientSecretHash.Verify(web, PyramidSeed.WebSecret, Now));
        Assert.False(ClientSecretHash.Verify(web, PyramidSeed.WebSecret + "0", Now));
        Assert.Equal(["https://app.example/cb?tenant=1", "https://app.example/other"], web.RedirectUris);
        Assert.Equal(["password", "refresh_token", "authorization_code"], web.GrantTypes);
        Assert.Equal(("client_secret_basic", "notes.read", false, true), (web.TokenEndpointAuthMethod, web.Scope, web.RequirePkce, web.Enabled));
    }

    [Fact]
    public async Task A_deployed_client_works_on_and_its_secret_is_hashed_our_way_once_it_was_used()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("import", "pyramid", "--database", await SeedAsync(app), "--salt", PyramidSeed.Salt)).Succeeded();
        await using var server = await RunningApp.StartAsync(app);

        Assert.Equal(HttpStatusCode.Unauthorized, await server.SignInAsync(PyramidSeed.WebId, PyramidSeed.WebSecret[1..] + "0"));
        Assert.Equal("pyramid-scrypt", Assert.Single((await app.FindClientAsync(PyramidSeed.WebId)).Secrets).Algorithm);
        Assert.Equal(HttpStatusCode.OK, await server.SignInAsync(PyramidSeed.WebId, PyramidSeed.WebSecret));
        Assert.Equal("sha256", Assert.Single((await app.FindClientAsync(PyramidSeed.WebId)).Secrets).Algorithm);
        Assert.Equal(HttpStatusCode.OK, await server.SignInAsync(PyramidSeed.WebId, PyramidSeed.WebSecret));
        // Imported as revoked.
        Assert.Equal(HttpStatusCode.Unauthorized, await server.SignInAsync(PyramidSeed.PlainId, "b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184"));
    }

    [Fact]
    [Trait("SR", "SR-082")]
    public async Task A_revoked_client_comes_over_disabled()
    {
        await using var app = new AppFolder();

        (await app.RunAsync("import", "pyramid", "--database", await SeedAsync(app), "--salt", PyramidSeed.Salt)).Succeeded();

        var plain = await app.FindClientAsync(PyramidSeed.PlainId);
        Assert.False(plain.Enabled);
        Assert.Equal(["password", "refresh_token"], plain.GrantTypes);
        Assert.True(plain.RequirePkce);
    }

    [Fact]
    [Trait("SR", "SR-005")]
    public async Task What_was_not_taken_over_is_reported()
    {
        await using var app = new AppFolder();

        var json = (await app.RunAsync("import", "pyramid", "--database", await SeedAsync(app), "--salt", PyramidSeed.Salt, "--json")).Succeeded().Json;

        var clients = json.GetProperty("clients").EnumerateArray().ToList();
        Assert.Equal(["imported", "disabled"], clients.Select(client => client.GetProperty("result").GetString()));
        Assert.Contains("'http://app.example/cb' uses http", Assert.Single(clients[0].GetProperty("refused").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var notes = string.Join('\n', json.GetProperty("notes").EnumerateArray());
        Assert.Contains("Live tokens were not imported", notes, StringComparison.Ordinal);
        Assert.Contains("without PKCE", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Importing_again_leaves_what_is_there_alone()
    {
        await using var app = new AppFolder();
        var seed = await SeedAsync(app);
        (await app.RunAsync("import", "pyramid", "--database", seed, "--salt", PyramidSeed.Salt)).Succeeded();
        (await app.RunAsync("clients", "update", PyramidSeed.WebId, "--name", "Mine")).Succeeded();

        var again = (await app.RunAsync("import", "pyramid", "--database", seed, "--salt", PyramidSeed.Salt, "--json")).Succeeded().Json;

        Assert.All(again.GetProperty("clients").EnumerateArray(), client => Assert.Equal("exists", client.GetProperty("result").GetString()));
        Assert.Equal(2, again.GetProperty("clients")[0].GetProperty("redirect_uris").GetArrayLength());
        Assert.Equal(0, again.GetProperty("clients")[0].GetProperty("refused").GetArrayLength());
        Assert.Equal("Mine", (await app.FindClientAsync(PyramidSeed.WebId)).Name);
    }

    [Fact]
    public async Task The_seed_is_not_changed()
    {
        await using var app = new AppFolder();
        var seed = await SeedAsync(app);
        var before = await File.ReadAllBytesAsync(seed, TestContext.Current.CancellationToken);

        (await app.RunAsync("import", "pyramid", "--database", seed, "--salt", PyramidSeed.Salt)).Succeeded();

        Assert.Equal(before, await File.ReadAllBytesAsync(seed, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_hash_of_another_length_is_no_secret_of_that_provider()
    {
        await using var app = new AppFolder();
        var seed = await SeedAsync(app);
        await PyramidSeed.ExecuteAsync(seed, "UPDATE oauth2_provider_clients SET _client_secret = x'00' WHERE id = 2");

        var run = await app.RunAsync("import", "pyramid", "--database", seed, "--salt", PyramidSeed.Salt, "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("has 1 bytes instead of 64", run.Error, StringComparison.Ordinal);
        Assert.True(ClientSecretHash.Verify(await app.FindClientAsync(PyramidSeed.WebId), PyramidSeed.WebSecret, Now));
        Assert.Equal(1, (await app.RunAsync("clients", "show", PyramidSeed.PlainId)).ExitCode);
    }

    [Fact]
    public async Task The_schema_from_before_the_salt_is_read_too()
    {
        await using var app = new AppFolder();
        var seed = Path.Combine(app.Path, "seed.db");
        await PyramidSeed.CreateOlderAsync(seed);

        (await app.RunAsync("import", "pyramid", "--database", seed)).Succeeded();

        var web = await app.FindClientAsync(PyramidSeed.WebId);
        Assert.True(ClientSecretHash.Verify(web, PyramidSeed.WebSecret, Now));
        Assert.DoesNotContain(PyramidSeed.WebSecret, Encoding.UTF8.GetString(Assert.Single(web.Secrets).Hash.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSQL_is_read_too()
    {
        await using var app = new AppFolder();
        var connection = await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using (var seed = NpgsqlDataSource.Create(connection))
        await using (var command = seed.CreateCommand(PyramidSeed.Schema("_client_secret BYTEA").Replace(" CHECK (revoked IN (0, 1))", "", StringComparison.Ordinal).Replace("DATETIME", "TIMESTAMP", StringComparison.Ordinal) + $"""
            INSERT INTO oauth2_provider_clients VALUES (1, '{PyramidSeed.WebId}', '\x{PyramidSeed.WebHash}', FALSE, NULL), (2, '{PyramidSeed.PlainId}', '\x{PyramidSeed.PlainHash}', NULL, NULL);
            INSERT INTO oauth2_provider_redirect_uris VALUES (1, 'https://app.example/cb', 1);
            """))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        (await app.RunAsync("import", "pyramid", "--database", connection, "--salt", PyramidSeed.Salt)).Succeeded();

        Assert.True(ClientSecretHash.Verify(await app.FindClientAsync(PyramidSeed.WebId), PyramidSeed.WebSecret, Now));
        Assert.True((await app.FindClientAsync(PyramidSeed.PlainId)).Enabled);
    }

    [Fact]
    public async Task What_is_no_such_database_is_refused()
    {
        await using var app = new AppFolder();
        (await app.RunAsync("database", "migrate")).Succeeded();

        (await app.RunAsync("import", "pyramid", "--database", app.Database, "--salt", PyramidSeed.Salt)).Refused(1, "has no table oauth2_provider_clients");
        (await app.RunAsync("import", "pyramid", "--database", Path.Combine(app.Path, "none.db"), "--salt", PyramidSeed.Salt)).Refused(1, "There is no file");
        (await app.RunAsync("import", "pyramid", "--database", await SeedAsync(app))).Refused(1, "pass --salt");
        (await app.RunAsync("import", "pyramid", "--database", app.Database, "--salt", "x")).Refused(2, "--salt is not base64");
        (await app.RunAsync("import", "pyramid", "--salt", PyramidSeed.Salt)).Refused(2, "--database");
    }

    [Theory]
    [InlineData("old/seed.db", "sqlite", "Data Source=/app/old/seed.db")]
    [InlineData("sqlite:///old/seed.db", "sqlite", "Data Source=/app/old/seed.db")]
    [InlineData("sqlite:////srv/seed.db", "sqlite", "Data Source=/srv/seed.db")]
    [InlineData("Data Source=seed.db", "sqlite", "Data Source=/app/seed.db")]
    [InlineData("postgresql://me:p%40ss@db.example:5433/old", "postgresql", "Host=db.example;Database=old;Port=5433;Username=me;Password=p@ss")]
    [InlineData("postgresql+psycopg2://me@db.example/old", "postgresql", "Host=db.example;Database=old;Username=me")]
    [InlineData("mysql://me@db.example/old", null, "only SQLite and PostgreSQL")]
    [InlineData("sqlite:///:memory:", null, "in memory")]
    public void The_old_database_is_named_as_its_owner_has_it(string source, string? provider, string expected)
    {
        Assert.Equal(provider is not null, PyramidSource.TryLocate(source, "/app", out var location, out var problem));
        if (provider is null) Assert.Contains(expected, problem, StringComparison.Ordinal);
        else Assert.Equal((provider, expected), (location!.Provider, location.ConnectionString));
    }

    [Theory] // as Python's b64decode reads them
    [InlineData("zW5vd2NoZXJyeXNhbHQ=", "zW5vd2NoZXJyeXNhbHQ=")]
    [InlineData("'zW5vd2NoZXJyeXNhbHQ='", "zW5vd2NoZXJyeXNhbHQ=")]
    [InlineData(" zW5vd2No ZXJyeXNhbHQ=\n", "zW5vd2NoZXJyeXNhbHQ=")]
    [InlineData("zW5vd2NoZXJyeXNhbHQ", null)]
    [InlineData("", null)]
    [InlineData("!!", null)]
    public void The_salt_is_read_as_it_was_written(string setting, string? expected)
    {
        Assert.Equal(expected is not null, PyramidSalt.TryDecode(setting, out var salt));
        Assert.Equal(expected, salt is null ? null : Convert.ToBase64String(salt));
    }

    private static async Task<string> SeedAsync(AppFolder app)
    {
        var seed = Path.Combine(app.Path, "pyramid.db");
        await PyramidSeed.CreateAsync(seed);
        return seed;
    }
}
