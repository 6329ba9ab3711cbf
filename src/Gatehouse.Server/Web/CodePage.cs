using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Web;

/// <summary>After the password: a code of the authenticator app, or a recovery code.</summary>
internal sealed class CodePage(
    AccountPages pages, ReturnUrl returnUrls, SignInThrottle throttle, BrowserSession session, OneTimeCode codes, Lockout lockout, UserManager<ServerUser> users) : IAccountPage
{
    public async Task<IResult> ShowAsync(HttpContext http) =>
        await session.FindHalfwayAsync(http) is null ? new SeeOther(Paths.Login) : await ShowAsync(http, http.Request.Query[ReturnUrl.Field], null);

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var returnUrl = ReturnUrl.Of(form[ReturnUrl.Field]);
        if (await session.FindHalfwayAsync(http) is not { } user) return new SeeOther($"{Paths.Login}?{ReturnUrl.Field}={Uri.EscapeDataString(returnUrl)}");
        var method = await throttle.TryAsync(user.UserName!, http.Connection.RemoteIpAddress, () => CheckAsync(user, form["code"].ToString(), http.RequestAborted), http.RequestAborted);
        if (method is null) return await ShowAsync(http, returnUrl, "That did not work. A code is good for half a minute, and once. After several failures, wait a few minutes.");
        await session.BeginAsync(http, user, method);
        return new SeeOther(returnUrl);
    }

    private async Task<SignInMethod?> CheckAsync(ServerUser user, string code, CancellationToken ct)
    {
        if (lockout.IsLockedOut(user)) return null;
        if (code.Count(char.IsAsciiDigit) == 6 && !code.Any(char.IsAsciiLetter))
        {
            if (await codes.TryUseAsync(user, code, ct)) return SignInMethod.PasswordAndCode;
        }
        else if ((await users.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded) return SignInMethod.PasswordAndRecoveryCode;
        await lockout.CountFailureAsync(user, ct);
        return null;
    }

    private async Task<IResult> ShowAsync(HttpContext http, string? asked, string? problem)
    {
        var returnUrl = ReturnUrl.Of(asked);
        return await pages.ShowAsync<Code>(http, new() { ReturnUrl = returnUrl, Problem = problem }, formTarget: await returnUrls.FormTargetAsync(returnUrl, http.RequestAborted));
    }
}
