using Gatehouse.Server.Accounts;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Web;

/// <summary>Where the login page's script posts what the browser's passkey said. A failure goes back to the login page, which says so.</summary>
internal sealed partial class PasskeyLoginPage(BrowserSession session, SignInManager<ServerUser> signIn, UserManager<ServerUser> users, AccountTrail trail, ILogger<PasskeyLoginPage> log) : IAccountPage
{
    public Task<IResult> ShowAsync(HttpContext http) => Task.FromResult<IResult>(new SeeOther(Paths.Login));

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var returnUrl = ReturnUrl.Of(form[ReturnUrl.Field]);
        if (await CheckAsync(form["credential"].ToString()) is not var (user, passkey))
        {
            trail.Refused(http, "passkey");
            return new SeeOther($"{Paths.Login}?{ReturnUrl.Field}={Uri.EscapeDataString(returnUrl)}");
        }
        // Its counter, which a copied authenticator would fall behind.
        await users.AddOrUpdatePasskeyAsync(user, passkey);
        await session.BeginAsync(http, user, SignInMethod.Passkey(mayBeCopied: passkey.IsBackupEligible));
        return new SeeOther(returnUrl);
    }

    private async Task<(ServerUser User, UserPasskeyInfo Passkey)?> CheckAsync(string credential)
    {
        try
        {
            var result = await signIn.PerformPasskeyAssertionAsync(credential);
            if (result is { Succeeded: true, User: { DisabledAt: null } user }) return (user, result.Passkey);
            Refused(log, result.Failure?.Message ?? "the account is disabled");
        }
        catch (InvalidOperationException e)
        {
            // Nothing was asked for in this browser, or too long ago.
            Refused(log, e.Message);
        }
        return null;
    }

    [LoggerMessage(5006, LogLevel.Information, "A passkey was refused: {Reason}")]
    private static partial void Refused(ILogger log, string reason);
}
