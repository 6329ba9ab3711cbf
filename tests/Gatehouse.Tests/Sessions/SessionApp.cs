using System.Security.Claims;
using Gatehouse.Authorize;
using Gatehouse.Protocol;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Tests.Authorize;
using Gatehouse.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Sessions;

/// <summary>An app that says who is there, and signs out as apps do.</summary>
internal static class SessionApp
{
    public static Task<TestProvider> StartAsync(Action<GatehouseOptions>? configure = null, Action<IServiceCollection>? services = null, Action<CookieAuthenticationOptions>? cookie = null) =>
        Browser.StartAppAsync(
            configure,
            all =>
            {
                if (cookie is not null) all.Configure("app", cookie);
                services?.Invoke(all);
            },
            app =>
            {
                app.MapGet("/me", (ClaimsPrincipal user) => user.Identity?.Name ?? "nobody");
                app.MapGet("/test/sign-out", () => Results.SignOut(null, ["app"]));
                // As an app does that has changed what its cookie holds.
                app.MapGet("/test/rewrite", async (HttpContext http) =>
                {
                    var ticket = await http.AuthenticateAsync("app");
                    await http.SignInAsync("app", ticket.Principal!, ticket.Properties);
                });
                app.MapGet("/test/sign-in-by", (string amr, string acr) => Results.SignIn(
                    new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "1"), new(ClaimTypes.Name, "alice"), .. amr.Split(' ').Select(method => new Claim("amr", method)), new("acr", acr)], "app")), null, "app"));
            });

    public static async Task<string> WhoAsync(this Browser browser) => (await browser.GetAsync("/me")).Body;

    public static ValueTask<IReadOnlyList<Session>> SessionsAsync(this TestProvider provider, string subject = "1") => provider.Get<GatehouseSessions>().ListAsync(subject);

    public static async Task<Session> SessionAsync(this TestProvider provider, string subject = "1") => Assert.Single(await provider.SessionsAsync(subject));

    public static async Task<string> CodeAsync(this Browser browser, TestClient client, params (string Name, string? Value)[] changes)
    {
        var page = await browser.AuthorizeAsync(client, changes);
        return (page.IsConsent ? await browser.AllowAsync(page) : page).Code;
    }

    /// <summary>What the code remembers of the sign-in.</summary>
    public static async Task<SignIn> SignInOfAsync(this TestProvider provider, string code) =>
        AuthorizationCode.Read((await provider.Get<IArtifactReader>().FindAsync(Handle.TryParse(AuthorizationCode.Prefix, code)!.Id, TestContext.Current.CancellationToken))!).SignIn;

    public static int Logged(this TestProvider provider, int id) => provider.Logs.Lines.Count(line => line.Event.Id == id);

    public static Task<TestClient> AddOfflineClientAsync(this TestProvider provider, string id = "offline") =>
        provider.AddClientAsync(id, client => client with { Scope = "notes.read offline_access" });
}
