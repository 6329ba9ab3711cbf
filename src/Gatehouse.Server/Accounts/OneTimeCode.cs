// RFC 6238 - TOTP: Time-Based One-Time Password Algorithm (§5.2: a code is accepted once)
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Server.Users;
using Gatehouse.Storage;
using Microsoft.AspNetCore.Identity;

namespace Gatehouse.Server.Accounts;

/// <summary>Codes of an authenticator app. Identity would take one again for as long as its clock allows; whoever looked over a shoulder could.</summary>
internal sealed class OneTimeCode(UserManager<ServerUser> users, IReplayGuard replays, TimeProvider clock)
{
    /// <summary>Longer than the window in which a code is right: two steps of 30 seconds either way.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    public async Task<bool> TryUseAsync(ServerUser user, string code, CancellationToken ct)
    {
        code = Digits(code);
        if (!await users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code)) return false;
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{user.Id} {code}")), 0, 16);
        return await replays.TryRememberAsync("otp:" + key, clock.GetUtcNow() + Remembered, ct);
    }

    /// <summary>People type codes as the app shows them: in two groups.</summary>
    private static string Digits(string code) => string.Concat(code.Where(char.IsAsciiDigit));
}
