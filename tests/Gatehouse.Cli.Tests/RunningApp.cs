using System.Net;
using System.Text;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Cli.Tests;

/// <summary>An app with users and an API, on a port of its own, with the database of an <see cref="AppFolder"/>.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private readonly WebApplication app;

    private RunningApp(WebApplication app) => this.app = app;

    public string Url => app.Urls.First();

    public static async Task<RunningApp> StartAsync(AppFolder folder, Action<GatehouseOptions>? configure = null, Action<WebApplication>? pipeline = null)
    {
        // In Development the issuer may follow the request: the port is not known before it is taken.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, ContentRootPath = folder.Path });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddAuthorization();
        builder.Services.AddGatehouse(options => configure?.Invoke(options)).AddUserAuthenticator<Users>().UseSqlite($"Data Source={folder.Database}");
        var app = builder.Build();
        pipeline?.Invoke(app);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGatehouse();
        app.MapGet("/api/me", () => "me").RequireAuthorization();
        app.MapGet("/api/notes", () => "notes").RequireAuthorization().RequireScope("notes.read");
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    /// <summary>The seed's documented request: a password, with the client's credentials as HTTP Basic.</summary>
    public async Task<HttpStatusCode> SignInAsync(string clientId, string clientSecret)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "password"), new("username", "alice"), new("password", "wonder land+&")]),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}")));
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private sealed class Users : IUserAuthenticator
    {
        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) =>
            new(userName == "alice" && password == "wonder land+&" ? UserAuthentication.Success(1) : UserAuthentication.Failed);
    }
}
