using System.Buffers.Text;
using Gatehouse.Pages.Texts;
using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Web;

/// <summary>What the page of passkeys is told.</summary>
public sealed record PasskeysModel : AccountModel
{
    /// <summary>Those that there are.</summary>
    public IReadOnlyList<ShownPasskey> List { get; init; } = [];

    /// <summary>What the browser makes a new one from.</summary>
    public string Options { get; init; } = "";
}

/// <summary>A passkey on the page.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">In its owner's words.</param>
/// <param name="AddedOn">The day.</param>
public sealed record ShownPasskey(string Id, string Name, string AddedOn);

internal sealed partial class PasskeysPage(
    AccountPages pages, BrowserSession session, SignInManager<ServerUser> signIn, UserManager<ServerUser> users, AccountTrail trail, ILogger<PasskeysPage> log) : IAccountPage
{
    private const int Most = 50, LongestName = 100;

    public async Task<IResult> ShowAsync(HttpContext http) => await ShowAsync(http, (await session.FindAsync(http))!, null);

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var user = (await session.FindAsync(http))!;
        switch (form["action"].ToString())
        {
            case "remove" when Base64Url.IsValid(form["id"].ToString()):
                await users.RemovePasskeyAsync(user, Base64Url.DecodeFromChars(form["id"].ToString()));
                trail.Changed(http, user, "passkey removed");
                break;
            case "add" when !await TryAddAsync(user, form["credential"].ToString(), form["name"].ToString()):
                return await ShowAsync(http, user, "No passkey was added. Try again.");
            case "add":
                trail.Changed(http, user, "passkey added");
                break;
        }
        await session.ContinueAsync(http, user);
        return new SeeOther(Paths.Passkeys);
    }

    private async Task<bool> TryAddAsync(ServerUser user, string credential, string name)
    {
        try
        {
            var result = await signIn.PerformPasskeyAttestationAsync(credential);
            if (!result.Succeeded) Refused(log, result.Failure.Message);
            // Another user may have signed in here since the page was made; the passkey is theirs who asked for it, or nobody's.
            if (!result.Succeeded || result.UserEntity.Id != user.Id || (await users.GetPasskeysAsync(user)).Count >= Most) return false;
            result.Passkey.Name = name.Trim() is { Length: > 0 and <= LongestName } given ? given : "Passkey";
            return (await users.AddOrUpdatePasskeyAsync(user, result.Passkey)).Succeeded;
        }
        catch (InvalidOperationException e)
        {
            Refused(log, e.Message);
            return false;
        }
    }

    private async Task<IResult> ShowAsync(HttpContext http, ServerUser user, string? problem)
    {
        var list = await users.GetPasskeysAsync(user);
        var options = await signIn.MakePasskeyCreationOptionsAsync(new() { Id = user.Id, Name = user.UserName!, DisplayName = user.Profile.Name ?? user.UserName! });
        return await pages.ShowAsync<PasskeyList>(http, new PasskeysModel
        {
            Problem = problem,
            Options = options,
            List = [.. list.OrderBy(passkey => passkey.CreatedAt).Select(passkey => new ShownPasskey(
                Base64Url.EncodeToString(passkey.CredentialId), passkey.Name ?? "Passkey", PageTexts.English.Time.DateOf(passkey.CreatedAt)))],
        }, user, hasScript: true);
    }

    [LoggerMessage(5007, LogLevel.Information, "A new passkey was refused: {Reason}")]
    private static partial void Refused(ILogger log, string reason);
}
