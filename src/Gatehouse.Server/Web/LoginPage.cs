using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Web;

/// <summary>What the login page is told.</summary>
public sealed record LoginModel : AccountModel
{
    /// <summary>Who it probably is.</summary>
    public string? Hint { get; init; }

    /// <summary>What the browser asks a passkey for.</summary>
    public string PasskeyOptions { get; init; } = "";
}

/// <summary>Asks whoever comes, signed in or not: an app that sends a user here wants them asked (prompt=login, max_age).</summary>
internal sealed class LoginPage(
    AccountPages pages, ReturnUrl returnUrls, SignInThrottle throttle, PasswordCheck passwords, BrowserSession session, SignInManager<ServerUser> signIn) : IAccountPage
{
    /// <summary>For a wrong name, a wrong password, a locked and a disabled account, and too many attempts: which one it was is not for a stranger to know (SR-221).</summary>
    public const string Refusal = "That did not work. See whether name and password are right. After several failures, wait a few minutes.";

    public Task<IResult> ShowAsync(HttpContext http) => ShowAsync(http, http.Request.Query[ReturnUrl.Field], null, null);

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var (name, returnUrl) = (form["username"].ToString(), ReturnUrl.Of(form[ReturnUrl.Field]));
        var user = await throttle.TryAsync(name, http.Connection.RemoteIpAddress,
            async () => (await passwords.CheckAsync(name, form["password"].ToString(), http.RequestAborted)).User, http.RequestAborted);
        if (user is null) return await ShowAsync(http, returnUrl, name, Refusal);
        if (user.TwoFactorEnabled)
        {
            await BrowserSession.BeginHalfwayAsync(http, user);
            return new SeeOther($"{Paths.Code}?{ReturnUrl.Field}={Uri.EscapeDataString(returnUrl)}");
        }
        await session.BeginAsync(http, user, SignInMethod.Password);
        return new SeeOther(returnUrl);
    }

    private async Task<IResult> ShowAsync(HttpContext http, string? asked, string? name, string? problem)
    {
        var returnUrl = ReturnUrl.Of(asked);
        var model = new LoginModel
        {
            ReturnUrl = returnUrl,
            Hint = name ?? returnUrls.LoginHint(returnUrl),
            Problem = problem,
            PasskeyOptions = await signIn.MakePasskeyRequestOptionsAsync(null),
        };
        return await pages.ShowAsync<Login>(http, model, formTarget: await returnUrls.FormTargetAsync(returnUrl, http.RequestAborted), hasScript: true);
    }
}
