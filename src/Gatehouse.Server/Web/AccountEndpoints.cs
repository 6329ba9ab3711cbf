using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Server.Accounts;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace Gatehouse.Server.Web;

/// <summary>Who may see a page.</summary>
internal enum Audience
{
    Anybody,
    SignedIn,

    /// <summary>Signed in a short while ago: for what changes how an account is signed in to.</summary>
    SignedInLately,

    /// <summary>An administrator who signed in a short while ago.</summary>
    Administrator,
}

internal static class AccountEndpoints
{
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(15);

    public static void MapAccounts(this WebApplication app)
    {
        // Whoever is reached by https shows no form for a password over anything else (SR-244).
        var requireHttps = app.Services.GetRequiredService<IOptions<GatehouseOptions>>().Value.RequireHttps ?? !app.Environment.IsDevelopment();
        var (admission, busyPage) = (app.Services.GetRequiredService<Admission>(), app.Services.GetRequiredService<BusyPage>());
        var busy = admission.With(async http => await (await busyPage.ForAsync(http.Request)).WriteAsync(http));
        void Map<TPage>(string path, Audience audience) where TPage : class, IAccountPage =>
            app.MapMethods(path, ["GET", "POST"], (HttpContext http) => requireHttps && !http.Request.IsHttps
                ? Results.Text("https is required", statusCode: StatusCodes.Status400BadRequest).ExecuteAsync(http)
                : admission.RunAsync(http, async http => await (await RunAsync<TPage>(http, audience)).ExecuteAsync(http), busy))
                .AllowAnonymous().DisableAntiforgery().WithMetadata(busy);

        // One line per page.
        Map<HomePage>("/", Audience.Anybody);
        Map<LoginPage>(Paths.Login, Audience.Anybody);
        Map<CodePage>(Paths.Code, Audience.Anybody);
        Map<PasskeyLoginPage>(Paths.PasskeyLogin, Audience.Anybody);
        Map<LogoutPage>(Paths.Logout, Audience.Anybody);
        Map<SetupPage>(Paths.Setup, Audience.Anybody);
        Map<OverviewPage>(Paths.Account, Audience.SignedIn);
        Map<PasswordPage>(Paths.Password, Audience.SignedIn);
        Map<AuthenticatorPage>(Paths.Authenticator, Audience.SignedInLately);
        Map<PasskeysPage>(Paths.Passkeys, Audience.SignedInLately);
        Map<SessionsPage>(Paths.Sessions, Audience.SignedIn);
        Map<UsersPage>(Paths.Users, Audience.Administrator);
        app.MapGet(Paths.Script, PasskeyScript.WriteAsync).AllowAnonymous();
    }

    private static async Task<IResult> RunAsync<TPage>(HttpContext http, Audience audience) where TPage : class, IAccountPage
    {
        var session = http.RequestServices.GetRequiredService<BrowserSession>();
        var user = await session.FindAsync(http);
        if (audience != Audience.Anybody && (user is null || audience >= Audience.SignedInLately && !await session.IsRecentAsync(http, Lately)))
            // Whatever was sent is not sent again: a form that was answered with a sign-in is to be filled in once more.
            return new SeeOther($"{Paths.Login}?{ReturnUrl.Field}={Uri.EscapeDataString(http.Request.Path)}");
        if (audience == Audience.Administrator && !user!.IsAdministrator) return Results.NotFound();

        var page = ActivatorUtilities.CreateInstance<TPage>(http.RequestServices);
        if (HttpMethods.IsGet(http.Request.Method)) return await page.ShowAsync(http);
        if (!http.Request.HasFormContentType || !await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http))
            // Most often a page that was open while its user signed in or out elsewhere; a fresh one works.
            return new SeeOther(http.Request.Path + http.Request.QueryString);
        return await page.SubmitAsync(http, await http.Request.ReadFormAsync(http.RequestAborted));
    }
}
