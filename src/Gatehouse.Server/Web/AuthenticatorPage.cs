using System.Globalization;
using Gatehouse.Server.Accounts;
using Gatehouse.Server.Pages;
using Gatehouse.Server.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using QRCoder;

namespace Gatehouse.Server.Web;

/// <summary>What the page about the authenticator app is told.</summary>
public sealed record AuthenticatorModel : AccountModel
{
    /// <summary>Whether codes are asked for.</summary>
    public bool IsOn { get; init; }

    /// <summary>How many recovery codes are left.</summary>
    public int CodesLeft { get; init; }

    /// <summary>The key of an app that is being set up, in groups of four.</summary>
    public string? Key { get; init; }

    /// <summary>The same as a link that an app on this device may open.</summary>
    public string? Uri { get; init; }

    /// <summary>The same as a QR code: an SVG of ours.</summary>
    public string? Picture { get; init; }

    /// <summary>New ones: shown this once.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; init; } = [];
}

internal sealed class AuthenticatorPage(
    AccountPages pages, BrowserSession session, UserManager<ServerUser> users, OneTimeCode codes, AccountTrail trail, IOptions<GatehouseOptions> options) : IAccountPage
{
    private const int RecoveryCodes = 10;

    public async Task<IResult> ShowAsync(HttpContext http)
    {
        var user = (await session.FindAsync(http))!;
        return await pages.ShowAsync<Authenticator>(http, new AuthenticatorModel { IsOn = user.TwoFactorEnabled, CodesLeft = await users.CountRecoveryCodesAsync(user) }, user);
    }

    public async Task<IResult> SubmitAsync(HttpContext http, IFormCollection form)
    {
        var user = (await session.FindAsync(http))!;
        return (form["action"].ToString(), user.TwoFactorEnabled) switch
        {
            ("start", false) => await StartAsync(http, user),
            ("confirm", false) => await ConfirmAsync(http, user, form["code"].ToString()),
            ("codes", true) => await ShowCodesAsync(http, user),
            ("off", true) => await TurnOffAsync(http, user),
            _ => await ShowAsync(http),
        };
    }

    private async Task<IResult> StartAsync(HttpContext http, ServerUser user)
    {
        await users.ResetAuthenticatorKeyAsync(user);
        await session.ContinueAsync(http, user);
        return await ShowKeyAsync(http, user, null);
    }

    private async Task<IResult> ConfirmAsync(HttpContext http, ServerUser user, string code)
    {
        if (!await codes.TryUseAsync(user, code, http.RequestAborted))
            return await ShowKeyAsync(http, user, "That is not the code of this key now. See whether the clock of your phone is right.");
        await users.SetTwoFactorEnabledAsync(user, true);
        trail.Changed(http, user, "authenticator app added");
        await session.ContinueAsync(http, user);
        return await ShowCodesAsync(http, user);
    }

    private async Task<IResult> TurnOffAsync(HttpContext http, ServerUser user)
    {
        await users.SetTwoFactorEnabledAsync(user, false);
        trail.Changed(http, user, "authenticator app removed");
        await users.ResetAuthenticatorKeyAsync(user);
        await session.ContinueAsync(http, user);
        return new SeeOther(Paths.Authenticator);
    }

    private async Task<IResult> ShowCodesAsync(HttpContext http, ServerUser user) => await pages.ShowAsync<Authenticator>(http, new AuthenticatorModel
    {
        IsOn = true,
        RecoveryCodes = [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []],
    }, user);

    private async Task<IResult> ShowKeyAsync(HttpContext http, ServerUser user, string? problem)
    {
        if (await users.GetAuthenticatorKeyAsync(user) is not { } key) return await ShowAsync(http);
        var name = options.Value.Pages.ApplicationName ?? "Gatehouse";
        var uri = string.Create(CultureInfo.InvariantCulture, $"otpauth://totp/{Uri.EscapeDataString(name)}:{Uri.EscapeDataString(user.UserName!)}?secret={key}&issuer={Uri.EscapeDataString(name)}");
        using var code = QRCodeGenerator.GenerateQrCode(uri, QRCodeGenerator.ECCLevel.M);
        return await pages.ShowAsync<Authenticator>(http, new AuthenticatorModel
        {
            Problem = problem,
            Key = string.Join(' ', key.Chunk(4).Select(group => new string(group))),
            Uri = uri,
            Picture = new SvgQRCode(code).GetGraphic(4),
        }, user);
    }
}
