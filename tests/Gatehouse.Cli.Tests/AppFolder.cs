using Gatehouse.Clients;
using Gatehouse.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Cli.Tests;

/// <summary>The folder of an app: its configuration and its database.</summary>
internal sealed class AppFolder : IAsyncDisposable
{
    private ServiceProvider? services;

    public AppFolder(string settings = """{ "ConnectionStrings": { "Gatehouse": "Data Source=gatehouse.db" }, "Gatehouse": { "Issuer": "https://app.example" } }""") =>
        Write("appsettings.json", settings);

    public string Path { get; } = Directory.CreateTempSubdirectory("gatehouse-app-").FullName;

    public string Database => System.IO.Path.Combine(Path, "gatehouse.db");

    /// <summary>The stores as the app sees them.</summary>
    public T Get<T>() where T : notnull
    {
        if (services is null)
        {
            var collection = new ServiceCollection().AddLogging();
            collection.AddGatehouse(options => options.Issuer = "https://app.example").UseSqlite($"Data Source={Database}");
            services = collection.BuildServiceProvider();
        }
        return services.GetRequiredService<T>();
    }

    public void Write(string file, string text) => File.WriteAllText(System.IO.Path.Combine(Path, file), text);

    public Task<ToolRun> RunAsync(params string[] args) => ToolRun.RunAsync([.. args, "--config", Path]);

    public async Task<Client> FindClientAsync(string id) =>
        await Get<IClientStore>().FindAsync(id, TestContext.Current.CancellationToken) ?? throw new InvalidOperationException($"no client {id}");

    /// <summary>An authorization with one artifact, as the token endpoint would store it.</summary>
    public async Task<Guid> AuthorizeAsync(string clientId, string? subject, params Artifact[] artifacts)
    {
        var family = new Family(Guid.CreateVersion7(), clientId, subject, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        await Get<IProtocolStore>().StartAsync(family, [.. artifacts.Select(artifact => artifact with { FamilyId = family.Id })], TestContext.Current.CancellationToken);
        return family.Id;
    }

    public async Task<bool> IsRevokedAsync(Guid family) =>
        (await Get<IProtocolStore>().FindFamilyAsync(family, TestContext.Current.CancellationToken))!.RevokedAt is not null;

    public async ValueTask DisposeAsync()
    {
        if (services is not null) await services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Path, recursive: true);
    }
}
