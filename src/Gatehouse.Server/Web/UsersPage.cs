using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;

namespace Gatehouse.Server.Web;

/// <summary>What the page of users is told.</summary>
public sealed record UsersModel : AccountModel
{
    /// <summary>All of them, by name.</summary>
    public IReadOnlyList<ShownUser> List { get; init; } = [];
}

/// <summary>A user on the page.</summary>
/// <param name="Id">The subject.</param>
/// <param name="UserName">The name.</param>
/// <param name="IsAdministrator">May see this page.</param>
/// <param name="IsDisabled">May do nothing.</param>
public sealed record ShownUser(string Id, string UserName, bool IsAdministrator, bool IsDisabled);

internal sealed class UsersPage(AccountPages pages, BrowserSession session, UserDirectory directory, AccountTrail trail) : IAccountPage
{
    private const string Administrator = "an administrator";

    public Task<IResult> ShowAsync(HttpContext http) => ShowAsync(http, null);

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var (me, ct) = ((await session.FindAsync(http))!, http.RequestAborted);
        if (form["action"] == "create")
        {
            if (await directory.FindAsync(form["username"].ToString()) is not null) return await ShowAsync(http, "There is a user of this name.");
            var change = await directory.ApplyAsync(new()
            {
                Username = form["username"].ToString(),
                Password = form["password"].ToString(),
                Email = form["email"].ToString() is { Length: > 0 } email ? email : null,
            }, ct);
            if (change.User is { } made) trail.Changed(http, made, "created", Administrator);
            return change.IsRefused ? await ShowAsync(http, string.Join(' ', change.Problems)) : new SeeOther(Paths.Users);
        }
        // An administrator who could disable themselves could leave nobody who enables them.
        if (await directory.FindAsync(form["id"].ToString()) is { } user && user.Id != me.Id)
            switch (form["action"].ToString())
            {
                case "disable":
                    await directory.DisableAsync(user, ct);
                    trail.Changed(http, user, "disabled", Administrator);
                    break;
                case "enable":
                    await directory.EnableAsync(user);
                    trail.Changed(http, user, "enabled", Administrator);
                    break;
            }
        return new SeeOther(Paths.Users);
    }

    private async Task<IResult> ShowAsync(HttpContext http, string? problem)
    {
        var list = await directory.ListAsync(http.RequestAborted);
        return await pages.ShowAsync<UserList>(http, new UsersModel
        {
            Problem = problem,
            List = [.. list.Select(user => new ShownUser(user.Id, user.UserName!, user.IsAdministrator, user.DisabledAt is not null))],
        }, await session.FindAsync(http));
    }
}
