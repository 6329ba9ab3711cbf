using Gatehouse.Http;
using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Web;

/// <summary>After the password: a code of the authenticator app, or a recovery code.</summary>
internal sealed class CodePage(
    AccountPages pages, SignInThrottle throttle, BrowserSession session, OneTimeCode codes, Lockout lockout, UserManager<ServerUser> users, AccountTrail trail) : IAccountPage
{
    public async Task<IResult> ShowAsync(HttpContext http) =>
        await session.FindHalfwayAsync(http) is null ? new SeeOther(Paths.Login) : await ShowAsync(http, ReturnUrl.Of(http.Request.Query[ReturnUrl.Field]), isRefused: false);

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var returnUrl = ReturnUrl.Of(form[ReturnUrl.Field]);
        if (await session.FindHalfwayAsync(http) is not { } user) return new SeeOther($"{Paths.Login}?{ReturnUrl.Field}={Uri.EscapeDataString(returnUrl)}");
        var method = await throttle.TryAsync(user.UserName!, http.Connection.RemoteIpAddress, () => CheckAsync(user, form["code"].ToString(), http.RequestAborted), http.RequestAborted);
        if (method is null)
        {
            trail.Refused(http, "code");
            return await ShowAsync(http, returnUrl, isRefused: true);
        }
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

    private async Task<IResult> ShowAsync(HttpContext http, string returnUrl, bool isRefused)
    {
        var request = await http.FindGatehouseLoginRequestAsync(returnUrl);
        if (request is { UiLocales.Count: > 0 }) UiLocales.Note(http, string.Join(' ', request.UiLocales));
        return await pages.ShowAsync<Code>(http, new() { ReturnUrl = returnUrl, Problem = isRefused ? "refused" : null }, formTarget: request?.FormTarget, inEnglish: false);
    }
}
