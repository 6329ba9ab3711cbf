using System.Collections.Concurrent;
using System.Security.Claims;
using Gatehouse.Clients;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.EndToEnd.Consent;

/// <summary>An app with a login page of its own and Gatehouse in it, and a client on another origin that collects what its users bring back.</summary>
internal sealed class ConsentApp : IAsyncDisposable
{
    private readonly WebApplication app, client;

    private ConsentApp(WebApplication app, WebApplication client, ConcurrentQueue<QueryString> answers) => (this.app, this.client, Answers) = (app, client, answers);

    public string Url => AddressOf(app);

    /// <summary>Of the client: another port is another origin to a browser.</summary>
    public string Callback => AddressOf(client) + "/cb";

    public ConcurrentQueue<QueryString> Answers { get; }

    public static async Task<ConsentApp> StartAsync()
    {
        var answers = new ConcurrentQueue<QueryString>();
        var client = NewBuilder().Build();
        client.MapGet("/cb", (HttpRequest request) =>
        {
            answers.Enqueue(request.QueryString);
            return Results.Content("<!DOCTYPE html><title>Client</title><p>Back at the client.</p>", "text/html");
        });
        await client.StartAsync();

        var builder = NewBuilder();
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options => options.LoginPath = "/login");
        builder.Services.AddAuthorization();
        builder.Services.AddGatehouse(options =>
        {
            options.Pages.ApplicationName = "Notes";
            options.Scopes["notes.read"] = "Read your notes";
            options.Scopes["notes.write"] = "Write and delete your notes";
        }).UseInMemoryStores();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGatehouse();
        app.MapGet("/login", (HttpContext http) => Results.Content(
            """<!DOCTYPE html><html lang="en"><title>Sign in</title><form method="post"><label>User <input name="user" autofocus></label><button>Sign in</button></form></html>""", "text/html"));
        app.MapPost("/login", async (HttpContext http) =>
        {
            var user = (await http.Request.ReadFormAsync(http.RequestAborted))["user"].ToString();
            return Results.SignIn(
                new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "1"), new(ClaimTypes.Name, user)], "password")),
                new() { RedirectUri = http.Request.Query["ReturnUrl"] });
        });
        await app.StartAsync();

        var host = new ConsentApp(app, client, answers);
        await host.AddClientAsync(new() { Id = "web", Name = "Sticky Reader", RedirectUris = [host.Callback, "https://reader.example/callback"], TokenEndpointAuthMethod = "none", ApplicationType = "native" });
        await host.AddClientAsync(new() { Id = "native", Name = "Notes for the terminal", RedirectUris = ["http://127.0.0.1/cb", "com.example.reader:/cb"], TokenEndpointAuthMethod = "none", ApplicationType = "native" });
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await client.DisposeAsync();
    }

    private async Task AddClientAsync(Client client) => Assert.True(await app.Services.GetRequiredService<IClientStore>().TryCreateAsync(
        client with { GrantTypes = ["authorization_code", "refresh_token"], Scope = "notes.read notes.write" }, TestContext.Current.CancellationToken));

    private static WebApplicationBuilder NewBuilder()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        return builder;
    }

    private static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
}
