using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;

namespace Gatehouse.Server.Web;

/// <summary>What the page behind the first start's link is told.</summary>
public sealed record SetupModel : AccountModel
{
    /// <summary>The link's secret; null if it is worth nothing.</summary>
    public string? Token { get; init; }

    /// <summary>The user name.</summary>
    public string Name { get; init; } = "admin";
}

internal sealed class SetupPage(AccountPages pages, BrowserSession session, SetupLink links, UserDirectory directory, AccountTrail trail) : IAccountPage
{
    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var token = http.Request.Query["token"].ToString();
        return await pages.ShowAsync<Setup>(http, new SetupModel { Token = await FindAsync(token, http.RequestAborted) is null ? null : token });
    }

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var ct = http.RequestAborted;
        var (token, name) = (form["token"].ToString(), form["username"].ToString());
        if (await FindAsync(token, ct) is not { } link) return await pages.ShowAsync<Setup>(http, new SetupModel());
        var declared = new UserDeclaration { Username = name, Password = form["password"].ToString(), Administrator = true };
        // Looked at before the link is spent: a password that is too short must not cost a restart.
        if (await directory.FindAsync(name) is not null || await directory.CheckAsync(declared) is { Count: > 0 })
            return await pages.ShowAsync<Setup>(http, new SetupModel { Token = token, Name = name, Problem = string.Join(' ', [.. await directory.CheckAsync(declared), "Choose another name or password."]) });
        if (!await links.TryRedeemAsync(link, ct)) return await pages.ShowAsync<Setup>(http, new SetupModel());
        var change = await directory.ApplyAsync(declared, ct);
        if (change.IsRefused) return await pages.ShowAsync<Setup>(http, new SetupModel { Problem = string.Join(' ', change.Problems) });
        trail.Changed(http, change.User!, "first administrator created", "the setup link");
        await session.BeginAsync(http, change.User!, SignInMethod.Password);
        return new SeeOther(Paths.Account);
    }

    /// <summary>A link is worth nothing once there is an administrator, by whichever way.</summary>
    private async Task<Storage.Artifact?> FindAsync(string token, CancellationToken ct) => await directory.HasAdministratorAsync(ct) ? null : await links.FindAsync(token, ct);
}
