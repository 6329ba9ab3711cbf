using Gatehouse.Keys;
using Gatehouse.Testing;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Keys;

/// <summary>The keys of one node, looked after when the test says so.</summary>
internal sealed class KeyNode : IDisposable
{
    public const string Issuer = "https://app.example";

    private readonly KeyOpener opener;

    public KeyNode(
        IKeyStore store, TimeProvider? clock = null, IDataProtectionProvider? protection = null, RecordingLoggerProvider? logs = null, Action<KeyOptions>? configure = null,
        params IReadOnlyList<ISigningKeySource> sources)
    {
        var options = new GatehouseOptions();
        configure?.Invoke(options.Keys);
        Assert.Empty(options.Keys.Problems());
        var wrapped = Options.Create(options);
        clock ??= new FakeTimeProvider(Start);
        var factory = logs is null ? NullLoggerFactory.Instance : LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        Seal = new(protection ?? Shared, wrapped);
        opener = new(Seal, factory.CreateLogger<KeyOpener>());
        External = new(sources, clock, factory.CreateLogger<ExternalKeys>());
        Keys = new(store, new(store, Seal, new(wrapped, TestMetrics.New(), clock, factory), clock, factory.CreateLogger<KeyMaker>()), opener, External, wrapped, clock, factory.CreateLogger<KeyRing>());
        Refresher = new(Keys, new(), TestMetrics.New(), clock, factory.CreateLogger<KeyRingRefresher>());
    }

    public static DateTimeOffset Start { get; } = new(2026, 3, 8, 2, 30, 0, TimeSpan.Zero);

    /// <summary>What nodes share unless a test says otherwise.</summary>
    public static IDataProtectionProvider Shared { get; } = new EphemeralDataProtectionProvider();

    public KeyRing Keys { get; }

    public ExternalKeys External { get; }

    public KeySeal Seal { get; }

    public KeyRingRefresher Refresher { get; }

    public async Task<string> WriteAsync(string algorithm = Jwa.ES256) =>
        await JwtWriter.WriteAsync((await Keys.GetAsync(algorithm, Ct)).For(algorithm), "JWT", Issuer, static (json, issuer) => json.WriteString("iss", issuer), Ct);

    public async Task<bool> VerifiesAsync(string token) => await JwtReader.ReadAsync(Keys, token, "JWT", Issuer, Ct) is not null;

    public async Task<string> SignerAsync(string algorithm = Jwa.ES256) => (await Keys.GetAsync(algorithm, Ct)).For(algorithm).Id;

    public async Task<IReadOnlyList<string>> PublishedAsync() => [.. (await Keys.GetAsync(Ct)).Verifiers.Keys];

    public Task RefreshAsync() => Keys.RefreshAsync(Ct);

    public void Dispose()
    {
        Refresher.Dispose();
        Keys.Dispose();
        opener.Dispose();
        External.Dispose();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
