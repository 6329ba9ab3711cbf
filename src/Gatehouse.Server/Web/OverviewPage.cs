using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Web;

/// <summary>What the account page is told.</summary>
public sealed record OverviewModel : AccountModel
{
    /// <summary>Whether signing in by password asks for a code.</summary>
    public bool HasAuthenticator { get; init; }

    /// <summary>How many there are.</summary>
    public int Passkeys { get; init; }
}

internal sealed class OverviewPage(AccountPages pages, BrowserSession session, UserManager<ServerUser> users) : IAccountPage
{
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var user = (await session.FindAsync(http))!;
        var model = new OverviewModel
        {
            HasAuthenticator = user.TwoFactorEnabled,
            Passkeys = (await users.GetPasskeysAsync(user)).Count,
            Done = http.Request.Query["done"] == "password" ? "Your password was changed." : null,
        };
        return await pages.ShowAsync<Overview>(http, model, user);
    }

    public Task<IResult> SubmitAsync(HttpContext http, IFormCollection form) => ShowAsync(http);
}
