using System.Security.Cryptography;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Cli.Tests;

/// <summary>What an operator does to signing keys, with and without a running app.</summary>
public sealed class KeyCommandTests
{
    private static readonly string EncryptionKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static string WithEncryptionKey(string key) =>
        $$"""{ "ConnectionStrings": { "Gatehouse": "Data Source=gatehouse.db" }, "Gatehouse": { "Issuer": "https://app.example", "Keys": { "EncryptionKey": "{{key}}" } } }""";

    [Fact]
    public async Task Keys_are_listed_with_what_they_do()
    {
        await using var app = await MigratedAsync();
        Assert.Equal("[]", (await app.RunAsync("keys", "list", "--json")).Succeeded().Output.Trim());
        Assert.Contains("The app makes the first", (await app.RunAsync("keys", "list")).Succeeded().Error, StringComparison.Ordinal);
        var now = TimeProvider.System.GetUtcNow();
        await AddAsync(app, "old", now.AddDays(-91), now.AddDays(-90));
        await AddAsync(app, "current", now.AddDays(-2), now.AddDays(-1));
        await AddAsync(app, "next", now, now.AddDays(1));
        await AddAsync(app, "leaked", now.AddDays(-1), now.AddDays(-0.5));
        Assert.True(await app.Get<IKeyStore>().TryRetireAsync("leaked", now, Ct));

        var keys = (await app.RunAsync("keys", "list", "--json")).Succeeded().Json.EnumerateArray().ToList();

        Assert.Equal([("old", "verifying"), ("current", "signing"), ("next", "published"), ("leaked", "retired")], keys.Select(key => (Text(key, "kid"), Text(key, "state"))));
        Assert.Equal(["kid", "alg", "state", "created_at", "signs_from", "forgotten_at"], keys[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(now.AddDays(1).AddMinutes(5).ToUnixTimeSeconds(), keys[0].GetProperty("forgotten_at").GetInt64());
        Assert.Equal(0, keys[2].GetProperty("forgotten_at").GetInt64());
        var table = (await app.RunAsync("keys", "list")).Succeeded().Output;
        Assert.All(["kid", "signs from", "current", "signing", "ES256"], text => Assert.Contains(text, table, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_running_node_makes_the_key_that_rotate_asks_for()
    {
        await using var app = await MigratedAsync();
        await using var server = await RunningApp.StartAsync(app);
        var first = Assert.Single(await app.Get<IKeyStore>().ListAsync(Ct));

        var planned = (await app.RunAsync("keys", "rotate", "--json")).Succeeded().Json;

        var keys = await app.Get<IKeyStore>().ListAsync(Ct);
        Assert.Equal((first.Id, keys[1].Id), (Text(planned, "replaced"), Text(planned, "kid")));
        Assert.Equal(keys[1].CreatedAt.AddDays(1).ToUnixTimeSeconds(), planned.GetProperty("signs_from").GetInt64());
        // Asked again, it is under way already; asked to hurry, it hurries.
        Assert.Equal(keys[1].Id, Text((await app.RunAsync("keys", "rotate", "--json")).Succeeded().Json, "kid"));
        Assert.Equal(keys[1].Id, Text((await app.RunAsync("keys", "rotate", "--now", "--json")).Succeeded().Json, "kid"));
        Assert.Equal(2, (await app.Get<IKeyStore>().ListAsync(Ct)).Count);
        using var http = new HttpClient();
        Assert.Equal(2, JsonDocument.Parse(await http.GetStringAsync(server.Url + "/oauth2/jwks", Ct)).RootElement.GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task Without_a_running_node_the_wish_waits()
    {
        await using var app = await MigratedAsync();
        (await app.RunAsync("keys", "rotate")).Refused(1, "There is no key for ES256");
        (await app.RunAsync("keys", "rotate", "--algorithm", "RS256")).Refused(1, "There is no key for RS256");
        await AddAsync(app, "current", DateTimeOffset.UnixEpoch.AddYears(56), DateTimeOffset.UnixEpoch.AddYears(56));

        var run = (await app.RunAsync("keys", "rotate", "--now", "--wait", "0")).Succeeded();

        Assert.Contains("No node has made the key yet", run.Error, StringComparison.Ordinal);
        Assert.Equal(KeyReplacement.AtOnce, Assert.Single(await app.Get<IKeyStore>().ListAsync(Ct)).Replacement);
    }

    [Fact]
    public async Task A_retired_key_leaves_the_key_document_of_a_running_node()
    {
        await using var app = await MigratedAsync();
        await using var server = await RunningApp.StartAsync(app);
        var leaked = Assert.Single(await app.Get<IKeyStore>().ListAsync(Ct)).Id;

        var run = (await app.RunAsync("keys", "retire", leaked, "--json")).Succeeded();

        Assert.True(run.Json.GetProperty("signed").GetBoolean());
        Assert.Contains("Another key takes over", run.Error, StringComparison.Ordinal);
        using var http = new HttpClient();
        // It goes at once; the one that takes over comes when the node has made it.
        var (document, successor) = ("", "");
        for (var i = 0; i < 300 && (successor.Length == 0 || !document.Contains(successor, StringComparison.Ordinal)); i++)
        {
            document = await http.GetStringAsync(server.Url + "/oauth2/jwks", Ct);
            successor = (await app.Get<IKeyStore>().ListAsync(Ct)).FirstOrDefault(key => key.Id != leaked)?.Id ?? "";
            await Task.Delay(100, Ct);
        }
        Assert.DoesNotContain(leaked, document, StringComparison.Ordinal);
        Assert.NotEmpty(successor);
        Assert.Contains(successor, document, StringComparison.Ordinal);
        (await app.RunAsync("keys", "retire", leaked)).Refused(1, "is retired already");
        (await app.RunAsync("keys", "retire", "nobody")).Refused(1, "There is no key 'nobody'");
    }

    public static TheoryData<string, string, string[]> Files => new()
    {
        { "ES256", Pem(EcKey.ExportPkcs8PrivateKeyPem), [] },
        { "ES256", Pem(EcKey.ExportECPrivateKeyPem), [] },
        { "RS256", Pem(RsaKey.ExportPkcs8PrivateKeyPem), ["--algorithm", "RS256"] },
        { "PS256", Pem(RsaKey.ExportRSAPrivateKeyPem), ["--algorithm", "PS256"] },
        { "PS256", RsaJwk, [] },
        { "EdDSA", """{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""", [] },
        { "ES256", $$"""{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"},{{EcJwk}}]}""", [] },
    };

    [Theory, MemberData(nameof(Files))]
    public async Task A_key_is_imported_from_every_usual_form(string algorithm, string file, string[] args)
    {
        await using var app = await MigratedAsync(WithEncryptionKey(EncryptionKey));
        app.Write("key", file);

        var run = (await app.RunAsync(["keys", "import", Path.Combine(app.Path, "key"), .. args, "--json"])).Succeeded();

        Assert.Equal(algorithm, Text(run.Json, "alg"));
        Assert.Contains("Remove the file", run.Error, StringComparison.Ordinal);
        var stored = Assert.Single(await app.Get<IKeyStore>().ListAsync(Ct));
        Assert.Equal((Text(run.Json, "kid"), stored.CreatedAt.AddDays(1)), (stored.Id, stored.ActivatesAt));
        Assert.DoesNotContain("\"d\"", stored.PublicKey, StringComparison.Ordinal);
        // The app opens it: otherwise it would have made one of its own.
        await using var server = await RunningApp.StartAsync(app, options =>
        {
            options.Keys.EncryptionKey = EncryptionKey;
            options.Keys.Algorithms.Add(algorithm);
        });
        using var http = new HttpClient();
        Assert.Contains(stored.Id, await http.GetStringAsync(server.Url + "/oauth2/jwks", Ct), StringComparison.Ordinal);
        Assert.Single(await app.Get<IKeyStore>().ListAsync(Ct), key => key.Algorithm == algorithm);
        (await app.RunAsync(["keys", "import", Path.Combine(app.Path, "key"), .. args])).Refused(1, "is there already");
    }

    public static TheoryData<string, string, string[]> Wrong => new()
    {
        { "no private key", "hello", [] },
        { "no private key", EcKey.ExportSubjectPublicKeyInfoPem(), [] },
        { "no private key", "", [] },
        { "encrypted", Pem(() => EcKey.ExportEncryptedPkcs8PrivateKeyPem("secret", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000))), [] },
        { "--algorithm RS256 or PS256", Pem(RsaKey.ExportPkcs8PrivateKeyPem), [] },
        { "cannot sign with RS256", Pem(EcKey.ExportPkcs8PrivateKeyPem), ["--algorithm", "RS256"] },
        { "P-256", Pem(P384Key.ExportPkcs8PrivateKeyPem), [] },
        { "1024", Pem(WeakKey.ExportPkcs8PrivateKeyPem), ["--algorithm", "RS256"] },
        { "no JSON", "{", [] },
        { "no member d", """{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}""", [] },
        { "kind that is not used", """{"kty":"oct","k":"AAAA"}""", [] },
        { "0 private keys", """{"keys":[]}""", [] },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task A_file_that_does_not_fit_is_refused_with_the_reason(string message, string file, string[] args)
    {
        await using var app = await MigratedAsync(WithEncryptionKey(EncryptionKey));
        app.Write("key", file);

        (await app.RunAsync(["keys", "import", Path.Combine(app.Path, "key"), .. args])).Refused(1, message);

        Assert.Empty(await app.Get<IKeyStore>().ListAsync(Ct));
    }

    [Fact]
    public async Task Without_what_the_app_seals_with_nothing_is_imported()
    {
        await using var app = await MigratedAsync();
        app.Write("key", EcKey.ExportPkcs8PrivateKeyPem());
        await AddAsync(app, "current", DateTimeOffset.UnixEpoch.AddYears(56), DateTimeOffset.UnixEpoch.AddYears(56));
        var folder = Directory.CreateDirectory(Path.Combine(app.Path, "data-protection"));

        (await app.RunAsync("keys", "import", Path.Combine(app.Path, "key"), "--data-protection-keys", folder.FullName)).Refused(1, "open none of the app's keys", "Gatehouse:Keys:EncryptionKey");
        (await app.RunAsync("keys", "import", Path.Combine(app.Path, "key"), "--data-protection-keys", folder.FullName + "-not")).Refused(1, "do not exist");
        Assert.Empty(folder.GetFiles());
        (await app.RunAsync("keys", "import", Path.Combine(app.Path, "nothing"))).Refused(2, "There is no key file");
    }

    /// <summary>An app that sets no application name goes by its content root.</summary>
    [Theory]
    [InlineData("my-app", "--application-name", "my-app")]
    [InlineData(null)]
    public async Task With_the_Data_Protection_keys_of_the_app_it_seals_as_the_app_does(string? name, params string[] args)
    {
        await using var app = await MigratedAsync();
        var folder = Directory.CreateDirectory(Path.Combine(app.Path, "data-protection"));
        var services = new ServiceCollection();
        services.AddDataProtection().PersistKeysToFileSystem(folder).SetApplicationName(name ?? app.Path);
        await using var provider = services.BuildServiceProvider();
        var seal = new KeySeal(provider.GetRequiredService<IDataProtectionProvider>(), Microsoft.Extensions.Options.Options.Create(new GatehouseOptions()));
        using var own = SigningKey.New("ES256");
        var now = TimeProvider.System.GetUtcNow();
        Assert.True(await app.Get<IKeyStore>().TryAddAsync(KeyMaker.Seal(own, seal, now, now), null, Ct));
        app.Write("key", EcKey.ExportPkcs8PrivateKeyPem());
        string[] import = ["keys", "import", Path.Combine(app.Path, "key"), "--data-protection-keys", folder.FullName];

        (await app.RunAsync([.. import, "--application-name", "another"])).Refused(1, "open none of the app's keys");
        (await app.RunAsync([.. import, .. args, "--now"])).Succeeded();

        var imported = (await app.Get<IKeyStore>().ListAsync(Ct))[1];
        Assert.Equal(imported.CreatedAt, imported.ActivatesAt);
        using var opened = SigningKey.Open("ES256", seal.Open(imported.Id, imported.SealedPrivateKey.Span));
        Assert.Equal(imported.Id, opened.Id);
    }

    /// <summary>As the standalone server keeps them on PostgreSQL, and any app with <c>PersistKeysToGatehouse</c>: nothing has to be named.</summary>
    [Theory]
    [InlineData(false, "Gatehouse.Server")]
    [InlineData(true, "Gatehouse.Server")]
    [InlineData(true, "my-app", "--application-name", "my-app")]
    public async Task Data_Protection_keys_in_the_database_are_found_there(bool postgreSql, string name, params string[] args)
    {
        var connection = postgreSql ? await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct) : null;
        await using var app = new AppFolder(JsonSerializer.Serialize(new { ConnectionStrings = new { Gatehouse = connection ?? "Data Source=gatehouse.db" }, Gatehouse = new { Issuer = "https://app.example" } }));
        (await app.RunAsync("database", "migrate")).Succeeded();
        var services = new ServiceCollection().AddLogging();
        var gatehouse = services.AddGatehouse(options => options.Issuer = "https://app.example");
        _ = postgreSql ? gatehouse.UsePostgreSql(connection!) : gatehouse.UseSqlite($"Data Source={app.Database}");
        services.AddDataProtection().SetApplicationName(name).PersistKeysToGatehouse();
        await using var provider = services.BuildServiceProvider();
        var (seal, store) = (new KeySeal(provider.GetRequiredService<IDataProtectionProvider>(), Microsoft.Extensions.Options.Options.Create(new GatehouseOptions())), provider.GetRequiredService<IKeyStore>());
        using var own = SigningKey.New("ES256");
        var now = TimeProvider.System.GetUtcNow();
        Assert.True(await store.TryAddAsync(KeyMaker.Seal(own, seal, now, now), null, Ct));
        app.Write("key", EcKey.ExportPkcs8PrivateKeyPem());
        string[] import = ["keys", "import", Path.Combine(app.Path, "key")];

        (await app.RunAsync([.. import, "--application-name", "another"])).Refused(1, "its database", "open none of the app's keys");
        (await app.RunAsync([.. import, .. args])).Succeeded();

        var imported = (await store.ListAsync(Ct))[1];
        using var opened = SigningKey.Open("ES256", seal.Open(imported.Id, imported.SealedPrivateKey.Span));
        Assert.Equal(imported.Id, opened.Id);
    }

    [Fact]
    public async Task The_doctor_sees_that_nobody_looks_after_the_keys()
    {
        await using var app = await MigratedAsync();
        Assert.Contains("none yet", await ExamineAsync(), StringComparison.Ordinal);
        var now = TimeProvider.System.GetUtcNow();
        await AddAsync(app, "current", now.AddDays(-96), now.AddDays(-96));
        Assert.Contains("1 key; ES256", await ExamineAsync(), StringComparison.Ordinal);
        Assert.True(await app.Get<IKeyStore>().TryRemoveAsync("current", Ct));
        await AddAsync(app, "late", now.AddDays(-98), now.AddDays(-98));
        Assert.Contains("warn  signing key late: signs ES256 since", await ExamineAsync(), StringComparison.Ordinal);

        async Task<string> ExamineAsync() => (await app.RunAsync("doctor")).Output;
    }

    [Fact]
    public async Task A_wrong_setting_is_told_before_anything_is_done()
    {
        await using var app = await MigratedAsync(WithEncryptionKey("short"));

        (await app.RunAsync("keys", "list")).Refused(2, "Gatehouse:Keys:EncryptionKey is not 32 bytes");
    }

    private static readonly ECDsa EcKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), P384Key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
#pragma warning disable RS0030 // Files as other programs write them.
    private static readonly RSA RsaKey = RSA.Create(2048), WeakKey = RSA.Create(1024);
#pragma warning restore RS0030

    private static string EcJwk
    {
        get
        {
            var key = EcKey.ExportParameters(true);
            return $$"""{"kty":"EC","crv":"P-256","x":"{{Encode(key.Q.X)}}","y":"{{Encode(key.Q.Y)}}","d":"{{Encode(key.D)}}"}""";
        }
    }

    private static string RsaJwk
    {
        get
        {
            var key = RsaKey.ExportParameters(true);
            return $$"""
                {"kty":"RSA","alg":"PS256","n":"{{Encode(key.Modulus)}}","e":"{{Encode(key.Exponent)}}","d":"{{Encode(key.D)}}","p":"{{Encode(key.P)}}","q":"{{Encode(key.Q)}}",
                "dp":"{{Encode(key.DP)}}","dq":"{{Encode(key.DQ)}}","qi":"{{Encode(key.InverseQ)}}"}
                """;
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Pem(Func<string> export) => "# made by another program\n" + export() + "\n";

    private static string Encode(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static async Task AddAsync(AppFolder app, string id, DateTimeOffset createdAt, DateTimeOffset activatesAt)
    {
        var store = app.Get<IKeyStore>();
        var key = new StoredKey(id, "ES256", """{"kty":"EC"}""", new byte[] { 9, 9 }, createdAt, activatesAt);
        Assert.True(await store.TryAddAsync(key, (await store.ListAsync(Ct)) is [.., var newest] ? newest.Id : null, Ct));
    }

    private static async Task<AppFolder> MigratedAsync(string? settings = null)
    {
        var app = settings is null ? new AppFolder() : new AppFolder(settings);
        (await app.RunAsync("database", "migrate")).Succeeded();
        return app;
    }
}
