using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Clients;
using Gatehouse.Http;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Growth.Asked;

/// <summary>A node as an app would have it, in a process of its own, on a database that has grown already. What works in the background is off or measured by itself: it would be counted with whatever is asked at that moment.</summary>
internal static class Node
{
    public const string Command = "node", Secret = "growth-secret-0f1e2d3c4b5a69788796a5b4c3d2e1f0", Password = "A3ddj3w-pass", Scope = "notes.read notes.write", Stamp = "stamp";

    private const string Scheme = "app", Redirect = "https://client.example/cb";

    /// <summary>Serves until its input ends: it does not outlive whoever started it.</summary>
    public static async Task RunAsync(string store, string connection)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var gatehouse = builder.Services.AddGatehouse(options =>
        {
            options.Issuer = "https://app.example";
            options.RequireHttps = false;
            options.Resources.Add(new() { Identifier = "https://api.example.com" });
            (options.Sweeper.Enabled, options.Audit.Enabled) = (false, false);
            // Whoever guesses a thousand passwords is counted, and not kept waiting.
            options.Throttling.FreeAttemptsPerAddress = int.MaxValue;
        }).AddUserAuthenticator<AnyUser>();
        if (store == "PostgreSQL") gatehouse.UsePostgreSql(connection);
        else gatehouse.UseSqlite(connection);
        builder.Services.AddAuthentication(Scheme).AddCookie(Scheme);
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGatehouse();
        app.MapGet("/me", (ClaimsPrincipal user) => user.FindFirstValue("sub")).RequireAuthorization();
        app.MapGet("/sign-out", () => Results.SignOut(authenticationSchemes: [Scheme]));
        app.MapPost("/cookies", (RequestDelegate)MakeCookiesAsync);
        await app.StartAsync();
        await CreateClientsAsync(app.Services.GetRequiredService<IClientStore>());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{new Uri(app.Urls.Single()).Port}"));
        await Console.In.ReadToEndAsync();
    }

    /// <summary>A cookie for each line of a user's id and a session's: as the app's sign-in has given them, some time ago.</summary>
    private static async Task MakeCookiesAsync(HttpContext http)
    {
        var (format, now) = (http.RequestServices.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(Scheme).TicketDataFormat, TimeProvider.System.GetUtcNow());
        using var lines = new StreamReader(http.Request.Body);
        while (await lines.ReadLineAsync() is { } line)
        {
            var (subject, session) = (line.Split(' ')[0], line.Split(' ')[1]);
            var properties = new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddDays(14) };
            new SessionMark(session, Stamp, now.AddDays(-1)).Write(properties);
            var user = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, subject), new(ClaimTypes.Name, subject)], Scheme));
            await http.Response.WriteAsync($".AspNetCore.{Scheme}={format.Protect(new AuthenticationTicket(user, properties, Scheme))}\n");
        }
    }

    /// <summary>Those that the tables are full of.</summary>
    private static async Task CreateClientsAsync(IClientStore clients)
    {
        foreach (var id in Enumerable.Range(0, Content.Clients + 1).Select(Content.Client))
            await clients.TryCreateAsync(new Client
            {
                Id = id,
                TokenEndpointAuthMethod = "client_secret_post",
                GrantTypes = ["client_credentials", "password", "authorization_code", "refresh_token"],
                RedirectUris = [Redirect],
                Scope = Scope,
                Secrets = [new ClientSecret("1", "sha256", SHA256.HashData(Encoding.UTF8.GetBytes(Secret)), TimeProvider.System.GetUtcNow(), ExpiresAt: null)],
            }, CancellationToken.None);
    }

    /// <summary>One password for all, and a check that costs nothing: a real hash takes 50 to 220 ms and would make everything look flat.</summary>
    private sealed class AnyUser : IUserAuthenticator
    {
        public ValueTask<UserAuthentication> AuthenticateAsync(string userName, string password, CancellationToken ct) => new(password == Password ? UserAuthentication.Success(userName) : UserAuthentication.Failed);
    }
}
