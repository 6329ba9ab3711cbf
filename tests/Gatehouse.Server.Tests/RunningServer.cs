using System.Net;
using System.Net.Sockets;
using Gatehouse.Server.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Server.Tests;

/// <summary>The server as a shell starts it, in this process: real Kestrel on loopback, and a database of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string Password = "a garden of wonders";

    private readonly string folder;

    private readonly StringWriter console;

    private RunningServer(WebApplication app, string folder, string url, StringWriter console) => (App, this.folder, Url, this.console) = (app, folder, url, console);

    public WebApplication App { get; }

    public string Url { get; }

    public static Task<RunningServer> StartAsync(params (string Key, string? Value)[] settings) => StartAsync("http", settings);

    public static async Task<RunningServer> StartAsync(string scheme, params (string Key, string? Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-server-").FullName;
        for (var attempt = 1; ; attempt++)
        {
            var url = $"{scheme}://localhost:{FreePort()}";
            string[] args =
            [
                "--urls", url, "--Gatehouse:DataFolder", folder, "--ConnectionStrings:Gatehouse", $"Data Source={Path.Combine(folder, "gatehouse.db")}",
                .. settings.Where(setting => setting.Value is not null).SelectMany(setting => (string[])[$"--{setting.Key}", setting.Value!]),
            ];
            var console = new StringWriter();
            var app = ServerApp.Build(args, builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(new OperatorConsole(TextWriter.Synchronized(console)));
            });
            try
            {
                await app.StartAsync(TestContext.Current.CancellationToken);
                return new(app, folder, url, console);
            }
            catch (IOException) when (attempt < 5)
            {
                // Somebody took the port between our look and our use.
                await app.DisposeAsync();
            }
        }
    }

    public string ConnectionString => $"Data Source={Path.Combine(folder, "gatehouse.db")}";

    /// <summary>Runs something with the services of one request.</summary>
    public async Task<T> WithAsync<TService, T>(Func<TService, Task<T>> use) where TService : notnull
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>The link that the first start prints, as a path.</summary>
    public async Task<string> SetupLinkAsync()
    {
        while (true)
        {
            if (console.ToString() is var printed && printed.IndexOf("/setup?", StringComparison.Ordinal) is var at and >= 0) return printed[at..].Split('\n')[0];
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async Task<ServerUser> AddUserAsync(string name = "alice", bool administrator = false)
    {
        var change = await WithAsync((UserDirectory directory) => directory.ApplyAsync(
            new() { Username = name, Password = Password, Administrator = administrator }, TestContext.Current.CancellationToken));
        Assert.Empty(change.Problems);
        return change.User!;
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
