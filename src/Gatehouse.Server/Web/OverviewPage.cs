using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Gatehouse.Server.Web;

/// <summary>What the account page is told.</summary>
public sealed record OverviewModel : AccountModel
{
    /// <summary>Whether signing in by password asks for a code.</summary>
    public bool HasAuthenticator { get; init; }

    /// <summary>How many there are.</summary>
    public int Passkeys { get; init; }

    /// <summary>The package's page of connected apps.</summary>
    public string AppsPath { get; init; } = "";
}

internal sealed class OverviewPage(AccountPages pages, BrowserSession session, UserManager<ServerUser> users, IOptions<GatehouseOptions> options) : IAccountPage
{
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var user = (await session.FindAsync(http))!;
        var model = new OverviewModel
        {
            HasAuthenticator = user.TwoFactorEnabled,
            Passkeys = (await users.GetPasskeysAsync(user)).Count,
            AppsPath = options.Value.Paths.Apps,
            Done = http.Request.Query["done"] == "password" ? "Your password was changed." : null,
        };
        return await pages.ShowAsync<Overview>(http, model, user);
    }

    public Task<IResult> SubmitAsync(HttpContext http, IFormCollection form) => ShowAsync(http);
}
