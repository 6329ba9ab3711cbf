using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gatehouse.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Cli.Tests;

/// <summary>An app whose Data Protection keys are encrypted with a certificate, in a folder and in the database.</summary>
public sealed class KeyCertificateTests
{
    private const string Password = "a certificate's";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_the_certificate_of_the_app_it_seals_as_the_app_does_and_without_it_nothing_is_imported(bool inDatabase)
    {
        await using var app = new AppFolder(Settings("ring.pfx", Password));
        (await app.RunAsync("database", "migrate")).Succeeded();
        var folder = Directory.CreateDirectory(Path.Combine(app.Path, "data-protection"));
        using var certificate = NewCertificate();
        using var another = NewCertificate();
        await using var provider = AppWith(certificate, app, inDatabase ? null : folder);
        var (seal, store) = (new KeySeal(provider.GetRequiredService<IDataProtectionProvider>(), Microsoft.Extensions.Options.Options.Create(new GatehouseOptions())), app.Get<IKeyStore>());
        using var own = SigningKey.New("ES256");
        var now = TimeProvider.System.GetUtcNow();
        Assert.True(await store.TryAddAsync(KeyMaker.Seal(own, seal, now, now), null, Ct));
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256)) app.Write("key", key.ExportPkcs8PrivateKeyPem());
        string[] import = ["keys", "import", Path.Combine(app.Path, "key"), .. inDatabase ? Array.Empty<string>() : ["--data-protection-keys", folder.FullName]];

        // Each time the last obstacle is taken away and the next one is met.
        (await app.RunAsync(import)).Refused(1, "ring.pfx cannot be read", "Gatehouse:DataProtection:CertificatePath", "(gatehouse explain 8018)");
        app.Write("ring.pfx", certificate.ExportCertificatePem());
        (await app.RunAsync(import)).Refused(1, "ring.pfx cannot be read", "(gatehouse explain 8018)");
        File.WriteAllBytes(Path.Combine(app.Path, "ring.pfx"), certificate.Export(X509ContentType.Pkcs12, "another password"));
        (await app.RunAsync(import)).Refused(1, "ring.pfx cannot be read", "Gatehouse:DataProtection:CertificatePassword", "(gatehouse explain 8018)");
        using (var half = X509CertificateLoader.LoadCertificate(certificate.RawData)) File.WriteAllBytes(Path.Combine(app.Path, "ring.pfx"), half.Export(X509ContentType.Pkcs12, Password)!);
        (await app.RunAsync(import)).Refused(1, "has no private key", "(gatehouse explain 8018)");
        File.WriteAllBytes(Path.Combine(app.Path, "ring.pfx"), another.Export(X509ContentType.Pkcs12, Password));
        (await app.RunAsync(import)).Refused(1, "open none of the app's keys", "(gatehouse explain 8016)");
        File.WriteAllBytes(Path.Combine(app.Path, "ring.pfx"), certificate.Export(X509ContentType.Pkcs12, Password));
        app.Write("appsettings.json", Settings("", ""));
        (await app.RunAsync(import)).Refused(1, "open none of the app's keys", "(gatehouse explain 8016)");
        Assert.Single(await store.ListAsync(Ct));

        app.Write("appsettings.json", Settings("ring.pfx", Password));
        (await app.RunAsync(import)).Succeeded();

        var imported = (await store.ListAsync(Ct))[1];
        using var opened = SigningKey.Open("ES256", seal.Open(imported.Id, imported.SealedPrivateKey.Span));
        Assert.Equal(imported.Id, opened.Id);
    }

    private static string Settings(string path, string password) => JsonSerializer.Serialize(new
    {
        ConnectionStrings = new { Gatehouse = "Data Source=gatehouse.db" },
        Gatehouse = new { Issuer = "https://app.example", DataProtection = new { CertificatePath = path, CertificatePassword = password } },
    });

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=data protection", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>As the standalone server does it.</summary>
    private static ServiceProvider AppWith(X509Certificate2 certificate, AppFolder app, DirectoryInfo? folder)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddGatehouse(options => options.Issuer = "https://app.example").UseSqlite($"Data Source={app.Database}");
        var protection = services.AddDataProtection().SetApplicationName("Gatehouse.Server").ProtectKeysWithCertificate(certificate);
        _ = folder is null ? protection.PersistKeysToGatehouse() : protection.PersistKeysToFileSystem(folder);
        return services.BuildServiceProvider();
    }
}
