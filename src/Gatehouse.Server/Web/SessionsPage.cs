using Gatehouse.Http;
using Gatehouse.Pages.Texts;
using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Web;

/// <summary>What the page of sessions is told.</summary>
public sealed record SessionsModel : AccountModel
{
    /// <summary>The latest sign-in first.</summary>
    public IReadOnlyList<ShownSession> List { get; init; } = [];
}

/// <summary>A session on the page.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Device">The browser and the system, in our words.</param>
/// <param name="Since">The day of the sign-in.</param>
/// <param name="LastSeen">The day of the last visit.</param>
/// <param name="IsThisOne">Whether it is the one that asks.</param>
public sealed record ShownSession(string Id, string Device, string Since, string LastSeen, bool IsThisOne);

/// <summary>Where a user is signed in, to be ended one by one or all together (SR-214).</summary>
internal sealed class SessionsPage(AccountPages pages, BrowserSession session, GatehouseSessions sessions) : IAccountPage
{
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var user = (await session.FindAsync(http))!;
        var mine = await MineAsync(http);
        var list = await sessions.ListAsync(user.Id, http.RequestAborted);
        return await pages.ShowAsync<SessionList>(http, new SessionsModel
        {
            List = [.. list.Select(each => new ShownSession(
                each.Id, each.Device ?? "A browser", PageTexts.English.Time.DateOf(each.SignedInAt), PageTexts.English.Time.DateOf(each.LastSeenAt), each.Id == mine))],
        }, user);
    }

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var (user, ct) = ((await session.FindAsync(http))!, http.RequestAborted);
        var id = form["id"].ToString();
        switch (form["action"].ToString())
        {
            // Only one's own: an id is no secret.
            case "end" when (await sessions.ListAsync(user.Id, ct)).Any(each => each.Id == id): await sessions.EndAsync(id, ct); break;
            case "others": await sessions.EndAllAsync(user.Id, await MineAsync(http), ct: ct); break;
            case "everything": await sessions.EndAllAsync(user.Id, includeOfflineGrants: true, ct: ct); break;
        }
        return new SeeOther(Paths.Sessions);
    }

    private static async Task<string?> MineAsync(HttpContext http) => SessionMark.Read((await http.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Properties)?.SessionId;
}
