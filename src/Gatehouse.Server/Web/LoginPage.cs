using Gatehouse.Http;
using Gatehouse.Pages;
using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;
using PasswordGate = Gatehouse.Throttling.PasswordGate;

namespace Gatehouse.Server.Web;

/// <summary>What the login page is told.</summary>
public sealed record SignInModel : AccountModel
{
    /// <summary>The package's part of it.</summary>
    public LoginModel Form { get; init; } = new();

    /// <summary>What the browser asks a passkey for.</summary>
    public string PasskeyOptions { get; init; } = "";
}

/// <summary>
/// Asks whoever comes, signed in or not: a client that sends a user here wants them asked (prompt=login, max_age). Wrong name, wrong password, locked and disabled account, too many attempts: which
/// one it was is not for a stranger to know (SR-221).
/// </summary>
internal sealed class LoginPage(AccountPages pages, SignInThrottle throttle, PasswordGate gate, PasswordCheck passwords, BrowserSession session, SignInManager<ServerUser> signIn, AccountTrail trail) : IAccountPage
{
    public Task<IResult> ShowAsync(HttpContext http) => ShowAsync(http, ReturnUrl.Of(http.Request.Query[ReturnUrl.Field]), null, LoginProblem.None);

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var (name, returnUrl) = (form["username"].ToString(), ReturnUrl.Of(form[ReturnUrl.Field]));
        var user = await throttle.TryAsync(name, http.Connection.RemoteIpAddress,
            async () =>
            {
                using var turn = await gate.EnterAsync(http.RequestAborted);
                return (await passwords.CheckAsync(name, form["password"].ToString(), http.RequestAborted)).User;
            }, http.RequestAborted);
        if (user is null)
        {
            trail.Refused(http, "password");
            return await ShowAsync(http, returnUrl, name, LoginProblem.Failed);
        }
        if (user.TwoFactorEnabled)
        {
            await BrowserSession.BeginHalfwayAsync(http, user);
            return new SeeOther($"{Paths.Code}?{ReturnUrl.Field}={Uri.EscapeDataString(returnUrl)}");
        }
        await session.BeginAsync(http, user, SignInMethod.Password);
        return new SeeOther(returnUrl);
    }

    private async Task<IResult> ShowAsync(HttpContext http, string returnUrl, string? name, LoginProblem problem)
    {
        var request = await http.FindGatehouseLoginRequestAsync(returnUrl);
        if (request is { UiLocales.Count: > 0 }) UiLocales.Note(http, string.Join(' ', request.UiLocales));
        var user = await session.FindAsync(http);
        var model = new SignInModel
        {
            ReturnUrl = returnUrl,
            Problem = problem == LoginProblem.None ? null : problem.ToString(),
            PasskeyOptions = await signIn.MakePasskeyRequestOptionsAsync(null),
            Form = new()
            {
                ClientName = request is null ? null : ShownName.Of(request.ClientName),
                UserName = name ?? request?.LoginHint,
                SignedInAs = user is null ? null : ShownName.Of(user.UserName!),
                Problem = problem,
                FormAction = Paths.Login,
            },
        };
        return await pages.ShowAsync<Login>(http, model, user, request?.FormTarget, hasScript: true, inEnglish: false);
    }
}
