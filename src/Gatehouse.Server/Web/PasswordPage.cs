using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;

namespace Gatehouse.Server.Web;

/// <summary>Changes the password, which ends every other sign-in and every token (SR-214): whoever changes it may have had it stolen.</summary>
internal sealed class PasswordPage(AccountPages pages, BrowserSession session, SignInThrottle throttle, PasswordCheck passwords, UserDirectory directory, AccountTrail trail) : IAccountPage
{
    public async Task<IResult> ShowAsync(HttpContext http) => await pages.ShowAsync<Password>(http, new(), await session.FindAsync(http));

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var user = (await session.FindAsync(http))!;
        var ct = http.RequestAborted;
        // Asked for again: the browser of somebody who went for coffee must not be enough. Throttled, or it would be the place to guess at.
        var known = await throttle.TryAsync(user.UserName!, http.Connection.RemoteIpAddress,
            async () => (await passwords.CheckAsync(user.UserName!, form["current"].ToString(), ct)).User, ct);
        if (known is null || known.Id != user.Id)
            return await pages.ShowAsync<Password>(http, new() { Problem = "The password that you have now is another one. After several failures, wait a few minutes." }, user);
        var problems = await directory.SetPasswordAsync(known, form["new"].ToString(), ct);
        if (problems.Count > 0) return await pages.ShowAsync<Password>(http, new() { Problem = string.Join(' ', problems) }, user);
        trail.Changed(http, known, "password");
        await session.ContinueAsync(http, known);
        return new SeeOther(Paths.Account + "?done=password");
    }
}
