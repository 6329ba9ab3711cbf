using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace Gatehouse.Server.Users.Data;

/// <summary>
/// Identity's store keeps authenticator keys and recovery codes as they are, so that a copy of the table passes for every second factor. Here the keys are sealed with
/// Data Protection, which lives outside the database, and of the codes only a hash is kept.
/// </summary>
internal sealed class SealedUserStore(UsersContext context, IDataProtectionProvider protection, IdentityErrorDescriber? describer = null)
    : UserOnlyStore<ServerUser, UsersContext, string>(context, describer)
{
    private readonly IDataProtector keys = protection.CreateProtector("Gatehouse.Server.AuthenticatorKey");

    public override Task SetAuthenticatorKeyAsync(ServerUser user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, keys.Protect(key), cancellationToken);

    public override async Task<string?> GetAuthenticatorKeyAsync(ServerUser user, CancellationToken cancellationToken)
    {
        if (await base.GetAuthenticatorKeyAsync(user, cancellationToken) is not { Length: > 0 } text) return null;
        try
        {
            return keys.Unprotect(text);
        }
        catch (CryptographicException)
        {
            // The key ring was lost. No code fits any more; recovery codes still do.
            return null;
        }
    }

    public override Task ReplaceCodesAsync(ServerUser user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(Hash), cancellationToken);

    public override Task<bool> RedeemCodeAsync(ServerUser user, string code, CancellationToken cancellationToken) =>
        base.RedeemCodeAsync(user, Hash(code), cancellationToken);

    // Upper case, as they are made; the store joins them with semicolons, which hexadecimal has none of.
    private static string Hash(string code) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(code.Trim().ToUpperInvariant())));
}
