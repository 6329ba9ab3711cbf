using System.Security.Cryptography;
using System.Text;
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Gatehouse.EndToEnd.Pages;

/// <summary>
/// An app that has users and no page of its own, so that all pages are the package's; and a client. The client is on another site, not only on another port: browsers keep strict cookies from what
/// comes from there.
/// </summary>
internal sealed class PagesApp : IAsyncDisposable
{
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private readonly WebApplication app, client;

    private PagesApp(WebApplication app, WebApplication client) => (this.app, this.client) = (app, client);

    public string Url => AddressOf(app);

    /// <summary>A page of the client with links, and a frame, to whatever it is asked for.</summary>
    public string Client => AddressOf(client).Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public string Callback => Client + "/cb";

    public static async Task<PagesApp> StartAsync(Action<GatehouseOptions>? configure = null)
    {
        var client = NewBuilder("http://localhost:0").Build();
        client.MapGet("/cb", (HttpRequest request) => Html("<p>Back at the client.</p>"));
        client.MapGet("/link", (string to) => Html($"<a href=\"{Encode(to)}\">Sign in</a>"));
        client.MapGet("/frame", (string to) => Html($"<iframe src=\"{Encode(to)}\" title=\"Framed\"></iframe>"));
        client.MapGet("/forge", (string to, string user) => Html($"<form method=\"post\" action=\"{Encode(to)}\"><input name=\"username\" value=\"{Encode(user)}\"><input name=\"password\" value=\"wonderland\"><button>Win a prize</button></form>"));
        await client.StartAsync();

        var builder = NewBuilder("http://127.0.0.1:0");
        builder.Services.AddGatehouse(options =>
        {
            options.Pages.ApplicationName = "Notes";
            options.Pages.Logo = "/logo.svg";
            options.Login.ForgotPasswordPath = "/forgot";
            options.Authorize.CreateAccountPath = "/register";
            foreach (var (language, read, write) in new[]
            {
                ("en", "Read your notes", "Write and delete your notes"), ("de", "Ihre Notizen lesen", "Ihre Notizen schreiben und löschen"), ("fr", "lire vos notes", "écrire et supprimer vos notes"),
                ("es", "leer sus notas", "escribir y borrar sus notas"), ("zh-Hans", "读取您的笔记", "编写和删除您的笔记"),
            })
                options.Pages.Scopes[language] = new() { ["notes.read"] = read, ["notes.write"] = write };
            configure?.Invoke(options);
        }).UseInMemoryStores().AddUserAuthenticator<Users>();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGatehouse();
        app.MapGet("/logo.svg", () => Results.Content(
            """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d4ea2"/><path d="M9 9h14M9 16h14M9 23h8" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>""", "image/svg+xml"));
        await app.StartAsync();

        var host = new PagesApp(app, client);
        await host.AddAsync(new()
        {
            Id = "reader",
            Name = "Sticky Reader",
            RedirectUris = [host.Callback, "https://reader.example/callback"],
            ClientUri = "https://reader.example/",
            PolicyUri = "https://reader.example/privacy",
            InitiateLoginUri = "https://reader.example/start",
        });
        await host.AddAsync(new() { Id = "terminal", Name = "Notes for the terminal", RedirectUris = ["http://127.0.0.1/cb"] });
        await host.AddAsync(new() { Id = "hostile", Name = string.Concat(Enumerable.Repeat("ⓌWW\u0301\u0302<b>مرحبا\u202E", 12)), RedirectUris = [$"https://{new string('w', 63)}.{new string('i', 63)}.example/cb"] });
        return host;
    }

    public string Authorize(string client = "reader", string? redirectUri = null, string scope = "openid profile email notes.read notes.write offline_access", params (string Name, string Value)[] more)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = client,
            ["redirect_uri"] = redirectUri ?? (client == "reader" ? Callback : null),
            ["scope"] = scope,
            ["state"] = "a b+c&é",
            ["code_challenge"] = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in more) query[name] = value;
        return QueryHelpers.AddQueryString(Url + "/oauth2/authorize", query.Where(pair => pair.Value is not null));
    }

    /// <summary>Two apps that a user has allowed before.</summary>
    public async Task ConnectAsync(CancellationToken ct)
    {
        var consents = app.Services.GetRequiredService<IConsentStore>();
        await consents.SaveAsync(new("1", "reader", "openid profile notes.read offline_access", new(2026, 3, 8, 9, 0, 0, TimeSpan.Zero)), ct);
        await consents.SaveAsync(new("1", "terminal", "notes.read notes.write", new(2025, 11, 21, 9, 0, 0, TimeSpan.Zero)), ct);
    }

    public async Task<HttpResponseMessage> RedeemAsync(string code, CancellationToken ct)
    {
        using var http = new HttpClient();
        return await http.PostAsync(Url + "/oauth2/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = "reader",
            ["code"] = code,
            ["redirect_uri"] = Callback,
            ["code_verifier"] = Verifier,
        }), ct);
    }

    /// <summary>From the login page on, by whatever language it speaks.</summary>
    public static async Task SignInAsync(IPage page, string user = "alice", string password = "wonderland")
    {
        await page.Locator("#username").FillAsync(user);
        await page.Locator("#password").FillAsync(password);
        await page.Locator("button[type=submit]").ClickAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await client.DisposeAsync();
    }

    private async Task AddAsync(Client client) => Assert.True(await app.Services.GetRequiredService<IClientStore>().TryCreateAsync(
        client with { GrantTypes = ["authorization_code", "refresh_token"], Scope = "openid profile email notes.read notes.write offline_access", TokenEndpointAuthMethod = "none", ApplicationType = "native" },
        TestContext.Current.CancellationToken));

    private static WebApplicationBuilder NewBuilder(string url)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls(url.Replace("localhost:0", "127.0.0.1:0", StringComparison.Ordinal));
        builder.Logging.ClearProviders();
        return builder;
    }

    private static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static IResult Html(string body) => Results.Content($"<!DOCTYPE html><html lang=\"en\"><title>Client</title>{body}</html>", "text/html");

    private static string Encode(string text) => System.Net.WebUtility.HtmlEncode(text);

    private sealed class Users : IUserAuthenticator
    {
        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) =>
            new(password == "wonderland" && userName is "alice" or "bob" ? UserAuthentication.Success(userName == "alice" ? 1 : 2) : UserAuthentication.Failed);
    }
}
