using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gatehouse.EntityFrameworkCore.Tests.Nodes;

/// <summary>What one node seals, every other one opens, and they share nothing but the database.</summary>
public sealed class DataProtectionTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-keys-");
    private readonly RecordingLoggerProvider log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
        log.Dispose();
    }

    [Fact]
    public async Task Nodes_that_start_together_on_an_empty_database_make_one_key_and_read_each_other()
    {
        for (var round = 0; round < 3; round++)
        {
            var database = await DatabaseAsync();
            // Made beforehand by one, as everybody does who is careful: then nothing else puts the nodes in a line.
            await using (var first = NewApp(builder => builder.UsePostgreSql(database), protection => protection.DisableAutomaticKeyGeneration()))
                await first.Services.GetRequiredService<GatehouseDatabase>().MigrateAsync(Ct);

            var nodes = Enumerable.Range(0, 4).Select(_ => NewApp(builder => builder.UsePostgreSql(database))).ToList();
            await Task.WhenAll(nodes.Select(node => node.StartAsync(Ct)));

            foreach (var one in nodes)
                foreach (var other in nodes)
                    Assert.Equal("cookie", Open(other, Seal(one)));
            Assert.Single(await KeysAsync(database));
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Without_a_certificate_the_operator_is_warned_and_with_one_the_database_holds_no_key_that_can_be_read(bool hasCertificate)
    {
        var database = await DatabaseAsync();
        using var certificate = NewCertificate();
        await using var app = NewApp(builder => builder.UsePostgreSql(database), protection =>
        {
            if (hasCertificate) protection.ProtectKeysWithCertificate(certificate);
        });
        await app.StartAsync(Ct);

        Assert.Equal("cookie", Open(app, Seal(app)));
        Assert.Equal(hasCertificate ? 0 : 1, log.Lines.Count(line => line.Event.Id == 4013));
        Assert.Equal(hasCertificate, !Assert.Single(await KeysAsync(database)).Contains("<masterKey", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_that_were_in_a_folder_are_taken_over_and_open_what_they_sealed()
    {
        var services = new ServiceCollection();
        services.AddDataProtection().SetApplicationName("app").PersistKeysToFileSystem(folder);
        await using var before = services.BuildServiceProvider();
        var cookie = before.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("cookie");

        var database = await DatabaseAsync();
        for (var start = 0; start < 2; start++)
        {
            await using var app = NewApp(builder => builder.UsePostgreSql(database), former: folder);
            await app.StartAsync(Ct);
            Assert.Equal("cookie", Open(app, cookie));
        }
        Assert.Single(await KeysAsync(database));
        Assert.Single(log.Lines, line => line.Event.Id == 4015);
    }

    [Fact]
    public async Task SQLite_keeps_them_too()
    {
        var database = $"Data Source={Path.Combine(folder.FullName, "test.db")}";
        string cookie;
        await using (var app = NewApp(builder => builder.UseSqlite(database)))
        {
            await app.StartAsync(Ct);
            cookie = Seal(app);
        }
        await using var again = NewApp(builder => builder.UseSqlite(database));
        await again.StartAsync(Ct);
        Assert.Equal("cookie", Open(again, cookie));
    }

    [Fact]
    public async Task A_context_of_the_apps_own_keeps_them_too()
    {
        await using var database = new AppPostgreSqlDatabase();
        await database.InitializeAsync();
        void Use(GatehouseBuilder builder)
        {
            builder.Services.AddDbContext<AppDbContext>(context => Microsoft.EntityFrameworkCore.NpgsqlDbContextOptionsBuilderExtensions.UseNpgsql(context, database.ConnectionString));
            builder.AddEntityFrameworkStores<AppDbContext>();
        }
        await using var one = NewApp(Use);
        await using var other = NewApp(Use);
        await Task.WhenAll(one.StartAsync(Ct), other.StartAsync(Ct));
        Assert.Equal("cookie", Open(other, Seal(one)));
    }

    [Fact]
    public async Task Without_a_database_the_app_is_told_what_to_call()
    {
        await using var app = NewApp(builder => builder.UseInMemoryStores());
        var refusal = Assert.Throws<InvalidOperationException>(() => Seal(app));
        Assert.Contains("UsePostgreSql(...)", refusal.Message, StringComparison.Ordinal);
    }

    private static string Seal(WebApplication app) => app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("cookie");

    private static string Open(WebApplication app, string text) => app.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Unprotect(text);

    private static async Task<string> DatabaseAsync() => await (await PostgresCluster.SharedAsync()).CreateDatabaseAsync(Ct);

    private static async Task<List<string>> KeysAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var select = source.CreateCommand("SELECT xml FROM gatehouse_data_protection_keys");
        await using var reader = await select.ExecuteReaderAsync(Ct);
        var keys = new List<string>();
        while (await reader.ReadAsync(Ct)) keys.Add(reader.GetString(0));
        return keys;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=keys", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private WebApplication NewApp(Action<GatehouseBuilder> use, Action<IDataProtectionBuilder>? protect = null, DirectoryInfo? former = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        var protection = builder.Services.AddDataProtection().SetApplicationName("app").PersistKeysToGatehouse(former);
        protect?.Invoke(protection);
        use(builder.Services.AddGatehouse());
        return builder.Build();
    }
}
